//! The reads of the suite against a server of one's own, when the environment names one.
//!
//! `APEX_LIVE_BASE_URL` turns it on; `APEX_APP_ID` and `APEX_APP_SECRET` are the pair. The client is
//! read-only, so nothing can be changed.

use apex_mobility::{AppCredentials, Client, Mobility};

#[tokio::test]
async fn a_live_server_answers_reads_as_the_contract_says() {
    let Ok(url) = std::env::var("APEX_LIVE_BASE_URL") else {
        println!("skipped: APEX_LIVE_BASE_URL names no server");
        return;
    };
    let client = Client::builder()
        .base_url(url)
        .credentials(AppCredentials::from_env().unwrap())
        .read_only(true)
        .build()
        .unwrap();
    let apex = Mobility::new(&client);
    let page = apex.subscriber_list().list().page_size(5).send().await.unwrap();
    assert!(page.items.len() <= 5);
    for line in page.items {
        let number = line.subscriber_number.unwrap();
        let details = apex.line_details().get(number.clone()).send().await.unwrap();
        assert_eq!(details.subscriber_number, Some(number));
    }
}
