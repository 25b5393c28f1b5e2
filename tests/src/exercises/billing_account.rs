//! Contract 4.4.

use apex_mobility::billing_account::{Account, AccountStatus, Contact};
use apex_mobility::domain::{AccountName, FoundationAccountNumber, Passcode};

use super::{Exercise, Failure, Stage, holds};
use crate::target::{account, address, person};

const WITH_BODY: &[(&str, &[&str])] = &[("headers", &["content_type"])];

pub(super) const ALL: &[Exercise] = &[
    Exercise { operation: "billing.create", depends_on: WITH_BODY, run: |stage| Box::pin(create(stage)) },
    Exercise {
        operation: "billing.item/update",
        depends_on: WITH_BODY,
        run: |stage| Box::pin(update(stage)),
    },
    Exercise { operation: "billing.item/read", depends_on: &[], run: |stage| Box::pin(read(stage)) },
];

fn fan() -> FoundationAccountNumber {
    FoundationAccountNumber::parse("00000001").unwrap()
}

fn name(text: &str) -> AccountName {
    AccountName::parse(text).unwrap()
}

fn is_called(account: &Account, name: &str) -> bool {
    account.name.as_deref() == Some(name)
}

async fn create(stage: Stage) -> Result<(), Failure> {
    let contact = Contact::new(person(), address());
    let call = stage.apex.billing_account().create(fan(), name("Example Co"), contact);
    let created = call.passcode(Passcode::parse("000000").unwrap()).send().await?;
    let kept = stage.stagehand.billing_account().get(created.ban().unwrap().clone()).send().await.unwrap();
    holds("the account can be read", is_called(&kept, "Example Co"))
}

async fn update(stage: Stage) -> Result<(), Failure> {
    stage.apex.billing_account().update(account()).name(name("Example Group")).send().await?;
    let kept = stage.stagehand.billing_account().get(account()).send().await.unwrap();
    holds("the account has its new name", is_called(&kept, "Example Group"))
}

async fn read(stage: Stage) -> Result<(), Failure> {
    let account = stage.apex.billing_account().get(account()).send().await?;
    holds("the account is in use", account.status == Some(AccountStatus::Active))
}
