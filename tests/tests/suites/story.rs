//! One line's life, as the example tells it, against the ledger.

use apex_mobility_sandbox::{LedgerKind, Sandbox};

#[expect(dead_code, reason = "the example's own `main` is not called here")]
#[path = "../../../crates/apex-mobility/examples/one_lines_life.rs"]
mod one_lines_life;

#[tokio::test]
async fn each_step_of_a_lines_life_has_its_effect_and_no_other() {
    use LedgerKind::{Account, Activation, Device, Ip, Number, Plan, Port, Status, Tobr};
    let steps = one_lines_life::live(&Sandbox::builder().lines(50).build()).await.unwrap();
    let told: Vec<_> = steps.into_iter().map(|step| (step.what, step.effects)).collect();
    let expected: [(&str, &[LedgerKind]); 16] = [
        ("an account is created", &[Account]),
        ("a number is ported in, up to its confirmation", &[Port, Port]),
        ("the line is activated with that number", &[Activation]),
        ("a day later the port is completed", &[Port]),
        ("it changes its plan", &[Plan]),
        ("it gets a feature", &[Plan]),
        ("its device is swapped", &[Device]),
        ("it changes its number", &[Number]),
        ("it gets a static IP", &[Ip]),
        ("it is suspended", &[Status]),
        ("it is resumed", &[Status]),
        ("another account pays for it", &[Tobr]),
        ("it is cancelled", &[Status]),
        ("it is restored on day 60", &[Status]),
        ("it is cancelled again", &[Status]),
        ("on day 61 it cannot be restored", &[]),
    ];
    for (step, expected) in told.iter().zip(&expected) {
        assert_eq!((step.0, step.1.as_slice()), *expected);
    }
    assert_eq!(told.len(), expected.len());
}
