//! A file to begin with.

use crate::field::Field;
use crate::operation::FleetOperation;

/// The header of an operation's file and one example row, as CSV. The needed columns come first.
#[must_use]
pub fn template(operation: FleetOperation) -> String {
    let columns = operation.columns();
    let fields: Vec<_> = [columns.needed, columns.one_of, columns.optional].concat();
    let titles: Vec<_> = fields.iter().map(|field| field.as_str()).collect();
    let cells: Vec<_> = fields.iter().map(|field| example(operation, *field)).collect();
    format!("{}\n{}\n", titles.join(","), cells.join(","))
}

/// Invented values, with check digits that hold.
fn example(operation: FleetOperation, field: Field) -> &'static str {
    match field {
        Field::Operation => operation.as_str(),
        // Of an activation: a number that was ported in, which most lines have not.
        Field::Number if operation == FleetOperation::Activate => "",
        Field::Number => "2145550101",
        Field::Sim => "89010000000000000011",
        // One of the two is enough.
        Field::Eid => "",
        Field::Imei => "001010000000016",
        Field::Plan => "APXPLAN01",
        Field::Features | Field::AddFeatures => "SOC1 SOC2",
        Field::RemoveFeatures => "SOC9",
        Field::BillingAccount => "000000000001",
        Field::NewBillingAccount => "000000000002",
        Field::FirstName | Field::LosingFirstName => "Test",
        Field::LastName | Field::LosingLastName => "User",
        Field::StreetNumber => "100",
        Field::StreetDirection | Field::StreetType | Field::ServiceArea => "",
        Field::StreetName => "Example",
        Field::City => "Dallas",
        Field::State => "TX",
        Field::Zip | Field::ServiceZip => "75201",
        Field::Reason => match operation {
            FleetOperation::Cancel => "CAN",
            FleetOperation::Restore => "BBL",
            FleetOperation::SetDevice => "CUST_OWN_EQU",
            _ => "CR",
        },
        Field::Status => "active",
        Field::NewNumber => "2145550102",
        // Today, unless a row says otherwise.
        Field::EffectiveDate => "",
        Field::NpaNxx => "214555",
        Field::Line => "0102",
        Field::Technology => "LTE",
        Field::VoicemailPin => "0000",
        Field::LosingAccount => "OLD-1",
        Field::LosingPin => "000000",
        Field::BusinessName | Field::AccountName => "Example Co",
        Field::Pdp => "PDP-EXAMPLE",
        Field::Ip => "10.20.0.11",
        Field::Apn => "apn.example",
        Field::Lte | Field::DefaultApn => "yes",
        Field::Fan => "00000001",
        Field::Attention => "",
        Field::Phone => "2145550100",
        Field::Email => "test@example.com",
        Field::Passcode => "000000",
    }
}
