use super::*;
use crate::field::Field as F;

const ADDRESS: &[(F, &str)] = &[
    (F::FirstName, "Test"),
    (F::LastName, "User"),
    (F::StreetNumber, "100"),
    (F::StreetName, "Example"),
    (F::City, "Dallas"),
    (F::State, "TX"),
    (F::Zip, "75201"),
];

const NUMBER: (F, &str) = (F::Number, "2145550101");

fn row(operation: FleetOperation, cells: &[(F, &str)]) -> Row {
    cells.iter().fold(Row::new(2, operation), |row, (field, value)| row.with(*field, *value))
}

/// A row of each operation with everything that it can have.
fn whole(operation: FleetOperation) -> Row {
    let with_address = |cells: &[(F, &str)]| row(operation, &[ADDRESS, cells].concat());
    match operation {
        FleetOperation::Activate => with_address(&[
            (F::Imei, "001010000000016"),
            (F::Sim, "89010000000000000011"),
            (F::Plan, "APXPLAN01"),
            (F::BillingAccount, "000000000001"),
            (F::Features, "SOC1 SOC2"),
            (F::ServiceZip, "75201"),
        ]),
        FleetOperation::PortRequest => with_address(&[
            NUMBER,
            (F::BillingAccount, "000000000001"),
            (F::LosingAccount, "OLD-1"),
            (F::LosingPin, "000000"),
            (F::LosingFirstName, "Test"),
            (F::LosingLastName, "User"),
            (F::BusinessName, "Example Co"),
        ]),
        FleetOperation::PortUpdate => {
            with_address(&[NUMBER, (F::LosingAccount, "OLD-1"), (F::ServiceZip, "75201")])
        }
        FleetOperation::PortCancel => row(operation, &[NUMBER, (F::ServiceZip, "75201")]),
        FleetOperation::Suspend | FleetOperation::Resume => {
            row(operation, &[NUMBER, (F::Reason, "CR"), (F::EffectiveDate, "2026-02-01")])
        }
        FleetOperation::Cancel => row(operation, &[NUMBER, (F::Reason, "CAN")]),
        FleetOperation::Restore => row(operation, &[NUMBER, (F::Reason, "BBL")]),
        FleetOperation::ChangeNumber => {
            row(operation, &[NUMBER, (F::ServiceZip, "75201"), (F::NpaNxx, "214555"), (F::Line, "0102")])
        }
        FleetOperation::SetDevice => row(
            operation,
            &[NUMBER, (F::Imei, "001010000000024"), (F::ServiceZip, "75201"), (F::Technology, "LTE")],
        ),
        FleetOperation::Transfer => {
            row(operation, &[NUMBER, (F::NewBillingAccount, "000000000002"), (F::Plan, "APXPLAN02")])
        }
        FleetOperation::UpdateContact => with_address(&[NUMBER]),
        FleetOperation::ResetVoicemail => row(operation, &[NUMBER, (F::VoicemailPin, "0000")]),
        FleetOperation::ResendOta => row(operation, &[NUMBER, (F::Sim, "89010000000000000011")]),
        FleetOperation::ProvisionIp => row(
            operation,
            &[
                NUMBER,
                (F::BillingAccount, "000000000001"),
                (F::Pdp, "PDP-EXAMPLE"),
                (F::Ip, "10.20.0.11"),
                (F::Apn, "apn.example"),
                (F::Lte, "no"),
            ],
        ),
        FleetOperation::RemoveIp => row(
            operation,
            &[NUMBER, (F::BillingAccount, "000000000001"), (F::Pdp, "PDP-EXAMPLE"), (F::Ip, "10.20.0.11")],
        ),
        FleetOperation::CreateAccount => with_address(&[
            (F::Fan, "00000001"),
            (F::AccountName, "Example Co"),
            (F::Email, "test@example.com"),
        ]),
        FleetOperation::UpdateAccount => {
            row(operation, &[(F::BillingAccount, "000000000001"), (F::AccountName, "Example Co")])
        }
        FleetOperation::ChangePlan => row(
            operation,
            &[NUMBER, (F::Plan, "APXPLAN02"), (F::AddFeatures, "SOC1"), (F::RemoveFeatures, "SOC9")],
        ),
    }
}

#[test]
fn a_whole_row_of_each_operation_is_read() {
    for operation in FleetOperation::ALL {
        let task = Task::read(&whole(operation)).unwrap();
        assert_eq!(task.operation(), operation);
        assert!(!task.subject().is_empty(), "{operation}");
    }
}

#[test]
fn every_needed_column_is_missed_by_name() {
    for operation in FleetOperation::ALL {
        for field in operation.columns().needed {
            let problems = Task::read(&whole(operation).with(*field, "")).unwrap_err();
            assert!(
                problems.iter().any(|problem| problem.field == Some(*field)),
                "{operation} {field}: {problems:?}"
            );
        }
        let none: Vec<_> = operation.columns().one_of.to_vec();
        if !none.is_empty() {
            let bare = none.iter().fold(whole(operation), |row, field| row.with(*field, ""));
            let problems = Task::read(&bare).unwrap_err();
            assert!(
                problems.iter().any(|problem| problem.what.contains("one of")),
                "{operation}: {problems:?}"
            );
        }
    }
}

#[test]
fn a_cell_that_an_operation_does_not_use_is_passed_over() {
    let suspend = whole(FleetOperation::Suspend);
    let with_more = suspend.clone().with(F::Plan, "APXPLAN01").with(F::BillingAccount, "no account");
    assert_eq!(Task::read(&with_more), Task::read(&suspend));
}

#[test]
fn a_cell_that_looks_like_one_that_the_operation_uses_is_refused() {
    let table = [
        (whole(FleetOperation::ChangePlan).with(F::AddFeatures, ""), F::Features, F::AddFeatures),
        (whole(FleetOperation::ChangeNumber).with(F::NpaNxx, "").with(F::Line, ""), F::NewNumber, F::NpaNxx),
    ];
    for (row, field, meant) in table {
        let problems = Task::read(&row.with(field, "SOC1")).unwrap_err();
        let what =
            format!("{} does not use it: did you mean {meant}?", problems[0].what.split(' ').next().unwrap());
        assert_eq!(problems, [CellProblem::of(field, what)]);
    }
    // Both: the one is what is asked for, the other tells of the line.
    assert!(Task::read(&whole(FleetOperation::ChangePlan).with(F::Features, "SOC7")).is_ok());
    assert!(Task::read(&whole(FleetOperation::Transfer).with(F::BillingAccount, "000000000001")).is_ok());
}

#[test]
fn a_day_on_which_it_would_not_happen_is_refused() {
    let problems =
        Task::read(&whole(FleetOperation::SetDevice).with(F::EffectiveDate, "2026-02-01")).unwrap_err();
    assert!(
        problems[0].to_string().starts_with("column effective date: set-device happens when"),
        "{problems:?}"
    );
}

#[test]
fn a_wrong_value_says_what_was_given_and_what_is_allowed() {
    let problems = Task::read(&whole(FleetOperation::Activate).with(F::Imei, "8.9E+14")).unwrap_err();
    let [problem] = problems.as_slice() else { panic!("{problems:?}") };
    assert!(
        problem.to_string().starts_with("column imei: IMEI \"8.9E+14\" is written in exponent form"),
        "{problem}"
    );
}

#[test]
fn a_secret_is_in_no_problem() {
    for (operation, field) in
        [(FleetOperation::ResetVoicemail, F::VoicemailPin), (FleetOperation::PortRequest, F::LosingPin)]
    {
        let problems =
            Task::read(&whole(operation).with(field, "x!\u{1}secret-that-is-far-too-long")).unwrap_err();
        assert!(problems.iter().all(|problem| !problem.to_string().contains("secret")), "{problems:?}");
    }
}

#[test]
fn one_sim_is_one_activation_whatever_else_rows_say() {
    let row = whole(FleetOperation::Activate);
    let other = row.clone().with(F::Plan, "APXPLAN02").with(F::BillingAccount, "000000000002");
    let key = |row: &Row| Task::read(row).unwrap().natural_key(row);
    assert_eq!(key(&row), key(&other));
    assert_ne!(key(&row), key(&row.clone().with(F::Sim, "89010000000000000029")));
}

#[test]
fn other_writes_are_one_when_they_ask_the_same_of_the_same_line() {
    let key = |row: &Row| Task::read(row).unwrap().natural_key(row);
    let row = whole(FleetOperation::Suspend);
    assert_eq!(key(&row), key(&row.clone().with(F::Number, "(214) 555-0101")));
    assert_ne!(key(&row), key(&row.clone().with(F::Reason, "NPG")));
    assert_ne!(key(&row), key(&row.clone().with(F::Number, "2145550102")));
    assert_ne!(key(&row), key(&whole(FleetOperation::Resume)));
}
