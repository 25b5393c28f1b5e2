//! Thousands of lines through crashes, throttling and lost answers.
//!
//! A job is a list of rows; each asks for one write of the ten APIs. Before anything is sent every row is held to the
//! rules that can be checked offline. Then each goes through the states of [`State`], and the [`Journal`] notes every
//! step before the next is taken: what may have reached AT&T is settled by reading, never by sending again.

/// Ends the process here when a crash test says so; nothing in other builds.
macro_rules! failpoint {
    ($place:ident) => {
        #[cfg(feature = "failpoints")]
        $crate::failpoint::reached($crate::failpoint::Place::$place);
    };
}

pub mod engine;
#[cfg(feature = "failpoints")]
pub mod failpoint;
pub mod field;
pub mod input;
pub mod journal;
pub mod line;
pub mod operation;
pub mod orders;
pub mod place;
pub mod plan;
pub mod preflight;
pub mod reconcile;
pub mod replacement;
pub mod results;
pub mod row;
pub mod seal;
pub mod state;
pub mod task;
#[cfg(feature = "postgres")]
pub mod worker;

pub use engine::{Ended, Engine, EngineError, Options, Stop};
pub use field::Field;
pub use journal::{Journal, JournalError};
pub use operation::FleetOperation;
pub use orders::Orders;
pub use replacement::Replacement;
pub use row::{CellProblem, Row};
pub use state::State;
pub use task::Task;
