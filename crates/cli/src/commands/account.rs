//! `apex account`: the accounts that lines are billed to.

mod contact;
mod record;

use std::path::PathBuf;

use apex_mobility::Mobility;
use apex_mobility::billing_account::operations::{CreateAccount, UpdateAccount};
use apex_mobility::domain::{AccountName, BillingAccountNumber, FoundationAccountNumber};
use clap::{ArgGroup, Args, Subcommand};

use self::contact::{ContactArgs, NeededContactArgs};
use self::record::{Detailed, Written};
use super::Ended;
use crate::connection::ConnectionArgs;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::secret::Secret;
use crate::write::{About, Sent, WriteArgs};

/// Create, update and read billing accounts
#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    Create(Box<CreateArgs>),
    Update(Box<UpdateArgs>),
    Get(GetArgs),
}

/// Create a billing account under a foundation account
///
/// Sent once. There is no search for accounts: where the answer is lost, only AT&T can tell whether the
/// account exists.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    apex account create --fan 00000001 --name 'Example Co' --first-name Test --last-name User \\\n    \
    --street-number 100 --street-name Example --city Dallas --state TX --zip 75201")]
pub(crate) struct CreateArgs {
    /// The foundation account it is to belong to (8 digits)
    #[arg(long, value_name = "FAN")]
    fan: FoundationAccountNumber,
    /// What it is to be called
    #[arg(long, value_name = "NAME")]
    name: AccountName,
    #[command(flatten)]
    contact: NeededContactArgs,
    /// A file that holds the account's passcode, `-` for stdin; else the passcode is taken from the
    /// environment variable APEX_PASSCODE, if it is set
    #[arg(long, value_name = "FILE")]
    passcode_file: Option<PathBuf>,
    #[command(flatten)]
    write: WriteArgs,
}

/// Change an account's name, contact or passcode
///
/// What is not given stays. A contact is replaced as a whole.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex account update 000000000001 --name 'Example Group'\n  \
    apex account update 000000000001 --passcode-file passcode.txt --dry-run")]
#[command(group = ArgGroup::new("a change").args(["name", "first_name", "passcode_file"]).required(true).multiple(true))]
pub(crate) struct UpdateArgs {
    /// The account (12 digits)
    #[arg(value_name = "BAN")]
    ban: BillingAccountNumber,
    /// Another name
    #[arg(long, value_name = "NAME")]
    name: Option<AccountName>,
    #[command(flatten)]
    contact: ContactArgs,
    // The environment does not count here: a variable that is left over must not change a passcode.
    /// A file that holds another passcode, `-` for stdin
    #[arg(long, value_name = "FILE")]
    passcode_file: Option<PathBuf>,
    #[command(flatten)]
    write: WriteArgs,
}

/// Read one account
///
/// The passcode is in no answer.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex account get 000000000001")]
pub(crate) struct GetArgs {
    /// The account (12 digits)
    #[arg(value_name = "BAN")]
    ban: BillingAccountNumber,
    #[command(flatten)]
    connection: ConnectionArgs,
}

pub(crate) async fn run(command: AccountCommand, printer: &Printer) -> Ended {
    match command {
        AccountCommand::Create(args) => create(*args, printer).await,
        AccountCommand::Update(args) => update(*args, printer).await,
        AccountCommand::Get(args) => get(args, printer).await,
    }
}

async fn create(args: CreateArgs, printer: &Printer) -> Ended {
    let operation = CreateAccount {
        fan: args.fan,
        name: args.name,
        contact: args.contact.contact()?,
        passcode: passcode(args.passcode_file.as_ref()).read()?,
    };
    // Nothing shows what came of it: there is no search.
    let about = About::new([&operation.name]);
    let sent = args.write.writer(printer)?.send(operation, about).await?;
    let Sent::Answered { answer: account, .. } = sent else { return Ok(Exit::Ok) };
    printer.record(&Written::of("account created", None, &account));
    if account.ban().is_none() {
        printer.warning("AT&T accepted it and named no BAN: ask AT&T for it, and do not create it again");
    }
    Ok(Exit::Ok)
}

async fn update(args: UpdateArgs, printer: &Printer) -> Ended {
    let file = args.passcode_file.as_ref();
    let operation = UpdateAccount {
        ban: args.ban.clone(),
        name: args.name,
        contact: args.contact.given()?,
        passcode: file.map(|file| passcode(Some(file)).required()).transpose()?,
    };
    let look = format!("apex account get {}", args.ban);
    let sent = args.write.writer(printer)?.send(operation, About::new([&args.ban])).await?;
    let Sent::Answered { answer: account, .. } = sent else {
        return Ok(Exit::Ok);
    };
    printer.record(&Written::of("account updated", Some(&args.ban), &account));
    if account.ban().is_none() {
        printer.note(&format!("AT&T accepted it without detail; to see it: {look}"));
    }
    Ok(Exit::Ok)
}

async fn get(args: GetArgs, printer: &Printer) -> Ended {
    let accounts = Mobility::new(&args.connection.client()?).billing_account();
    printer.record(&Detailed::of(&accounts.get(args.ban).send().await?));
    Ok(Exit::Ok)
}

fn passcode(file: Option<&PathBuf>) -> Secret<'_> {
    Secret { what: "passcode", flag: "--passcode-file", file, variable: "APEX_PASSCODE" }
}
