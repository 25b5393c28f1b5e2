//! When a change takes effect: now, or on a day that is scheduled (contract 4.5, 4.8).

use crate::day::Day;
use crate::parse::effective::EffectiveDate;
use crate::reply::Refusal;
use crate::rules::{line_configuration, rate_plan_change, status_change};
use crate::state::{Change, Event, World};
use crate::variants::FutureDates;

/// The day of a change, and how a reply names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Timing {
    pub(crate) day: Day,
    pub(crate) is_later: bool,
    pub(crate) told: String,
}

/// The day of a change that is asked for. The past is refused; the variant `future_dates` judges the future.
pub(crate) fn timing(world: &World, asked: EffectiveDate) -> Result<Timing, Refusal> {
    let today = world.today();
    let write = |day| world.variants.date_style.write(day);
    let EffectiveDate::On(date) = asked else {
        return Ok(Timing { day: today, is_later: false, told: "immediately".to_owned() });
    };
    if date < today.date() {
        return Err(Refusal::business("effectiveDate lies in the past"));
    }
    let day = Day::nearest(date);
    if day.date() != date {
        return Err(Refusal::business("effectiveDate lies too far ahead"));
    }
    if day == today {
        return Ok(Timing { day, is_later: false, told: write(day) });
    }
    match world.variants.future_dates {
        FutureDates::Scheduled => Ok(Timing { day, is_later: true, told: write(day) }),
        FutureDates::Refused => Err(Refusal::business("effectiveDate lies in the future")),
        FutureDates::AtOnce => Ok(Timing { day: today, is_later: false, told: write(today) }),
    }
}

/// Makes a change that was judged, or enters it for its day.
pub(crate) fn make(world: &mut World, change: Change, timing: &Timing) {
    if timing.is_later {
        world.schedule.enter(timing.day.begins(), Event::ChangeDue(Box::new(change)));
    } else {
        commit(world, &change);
    }
}

/// The day of a change has come. What its line has become meanwhile may forbid it: then it lapses.
pub(crate) fn due(world: &mut World, change: &Change) {
    let today = world.today();
    let judged = match change {
        Change::Status(one) => status_change::judge(world, one, today),
        Change::Plan(one) => rate_plan_change::judge(world, one, today),
        Change::Transfer(one) => line_configuration::judge_transfer(world, one, today),
    };
    if judged.is_ok() {
        commit(world, change);
    }
}

fn commit(world: &mut World, change: &Change) {
    match change {
        Change::Status(one) => status_change::commit(world, one),
        Change::Plan(one) => rate_plan_change::commit(world, one),
        Change::Transfer(one) => line_configuration::commit_transfer(world, one),
    }
}
