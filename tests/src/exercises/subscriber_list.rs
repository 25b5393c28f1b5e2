//! Contract 4.1.

use apex_mobility::subscriber_list::SubscriberLine;
use apex_mobility::wire::LineStatus;

use super::{Exercise, Failure, Stage, holds};

pub(super) const ALL: &[Exercise] = &[
    Exercise {
        operation: "list.accounts",
        depends_on: &[("headers", &["current_page", "page_size", "page_total", "refresh_timestamp"])],
        run: |stage| Box::pin(page(stage)),
    },
    Exercise {
        operation: "list.accounts",
        depends_on: &[("headers", &["list_fan", "list_ban", "list_subscriber", "list_status"])],
        run: |stage| Box::pin(filter(stage)),
    },
];

async fn page(stage: Stage) -> Result<(), Failure> {
    let second = stage.stagehand.subscriber_list().list().page_size(7).page(2).send().await.unwrap();
    let page = stage.apex.subscriber_list().list().page_size(7).page(2).send().await?;
    holds("a page is as long as asked for", page.items.len() == 7)?;
    holds("the second page comes when asked for", page.items == second.items)?;
    holds("the pages are counted", page.total_pages.is_some())?;
    holds("the list says when it was made", page.refreshed.is_some())
}

async fn filter(stage: Stage) -> Result<(), Failure> {
    let line = stage.plain_line();
    let list = || stage.apex.subscriber_list().list().page_size(500);
    let is_all = |lines: &[SubscriberLine], so: &dyn Fn(&SubscriberLine) -> bool| {
        !lines.is_empty() && lines.iter().all(so)
    };

    let fan = &line.foundation_account_number;
    let lines = list().foundation_account(fan.clone()).send().await?.items;
    let has = |line: &SubscriberLine| line.foundation_account_number.as_ref() == Some(fan);
    holds("the lines are those of the foundation account", is_all(&lines, &has))?;

    let ban = &line.billing_account_number;
    let lines = list().billing_account(ban.clone()).send().await?.items;
    let has = |line: &SubscriberLine| line.billing_account_number.as_ref() == Some(ban);
    holds("the lines are those of the billing account", is_all(&lines, &has))?;

    let number = &line.subscriber_number;
    let lines = list().subscriber_number(number.clone()).send().await?.items;
    let has = |line: &SubscriberLine| line.subscriber_number.as_ref() == Some(number);
    holds("the line is the one with the number", is_all(&lines, &has))?;

    let lines = list().status(LineStatus::Suspended).send().await?.items;
    let has = |line: &SubscriberLine| line.status == Some(LineStatus::Suspended);
    holds("the lines are those of the status", is_all(&lines, &has))
}
