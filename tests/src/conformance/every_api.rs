//! Contract 2: what holds for all APIs.

use apex_mobility::catalog::Class;
use apex_mobility::domain::SubscriberNumber;
use apex_mobility::{AppCredentials, Effect};

use crate::Target;

/// A wrong pair is refused with 401, class auth.
pub async fn a_wrong_pair_is_refused(target: Target) {
    let call = target.apex.subscriber_list().list();
    let error = call.with_credentials(AppCredentials::new("sandbox", "wrong")).send().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.class()), (401, Class::Auth));
    assert_eq!(error.effect(), Effect::None);
}

/// The right pair is let in.
pub async fn the_right_pair_is_let_in(target: Target) {
    assert!(target.apex.subscriber_list().list().send().await.is_ok());
}

/// What names nothing is not found, and says so in words.
pub async fn an_unknown_number_is_not_found_in_words(target: Target) {
    let number = SubscriberNumber::parse("9735550199").unwrap();
    let error = target.apex.line_details().get(number).send().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.class()), (404, Class::NotFound));
    assert!(!error.message().is_empty());
}
