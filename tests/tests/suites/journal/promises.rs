//! The same promises for a file and for a server.

use apex_mobility::clock::Clock;
use apex_mobility_fleet::journal::{Event, Facts, FoundOut, JobState};
use apex_mobility_fleet::{FleetOperation, State};

use super::*;

/// Each of these on either store.
macro_rules! on_both_stores {
    ($($promise:ident),* $(,)?) => {
        mod in_a_file {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise(super::Place::in_a_file().unwrap()).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test]
            async fn $promise() {
                let Some(place) = super::Place::on_postgres() else { return };
                super::$promise(place).await;
            })*
        }
    };
}

on_both_stores!(
    what_was_added_is_read_back_in_order_after_a_restart,
    an_intent_is_given_once_whoever_asks_at_the_same_time,
    a_state_is_left_only_as_the_machine_allows_and_the_attempt_is_noted,
    events_of_one_item_are_applied_in_their_order,
    an_empty_fact_leaves_what_was_known,
    what_was_the_matter_on_the_way_is_gone_at_the_end,
    what_a_read_showed_of_one_request_is_not_said_of_the_next,
    one_key_is_one_write_over_rows_and_jobs,
    a_key_is_free_again_when_its_write_is_over,
    who_asks_anew_for_what_was_never_sent_has_it,
    what_a_person_found_out_is_noted_of_what_asks_for_it_alone,
    what_a_person_found_out_comes_too_late_for_what_has_gone_on,
    an_activation_that_a_person_found_without_effect_is_free_for_who_asks_anew,
    rows_that_ask_otherwise_for_the_same_are_refused,
    lines_that_share_a_device_are_refused,
    a_draft_can_be_taken_out_again_and_what_was_sent_cannot,
    a_draft_that_was_taken_out_meanwhile_begins_no_job,
    a_job_that_was_let_in_meanwhile_is_not_taken_out,
    a_draft_that_is_found_at_open_is_dead_on_a_file_and_may_be_anothers_on_a_server,
    a_command_that_cannot_be_carried_out_is_told_so_and_spoils_no_other,
    a_text_with_a_nul_is_kept_without_it,
    texts_of_all_kinds_come_back_as_they_were,
    jobs_are_found_by_the_beginning_of_their_id_and_counted_by_state_and_operation,
    an_error_names_no_customer,
    a_clock_that_jumps_back_loses_nothing_and_gives_nothing_twice,
);

async fn what_was_added_is_read_back_in_order_after_a_restart(place: Place) {
    let job = {
        let journal = place.open().await;
        job_of(&journal, items(30)).await.number
    };
    // The lock is given back when the writing task has ended.
    tokio::task::yield_now().await;
    let journal = place.open().await;
    let page = journal.items(job, None, 20).await.unwrap();
    assert_eq!(page.len(), 20);
    assert_eq!(page[0].row, item(1, "1").row);
    let rest = journal.items(job, Some(page[19].id), 20).await.unwrap();
    assert_eq!(rest.len(), 10);
    assert_eq!(journal.tally(job).await.unwrap().of(State::Planned), 30);
    assert_eq!(journal.jobs().await.unwrap()[0].label, "lines.csv");
}

async fn an_intent_is_given_once_whoever_asks_at_the_same_time(place: Place) {
    let journal = place.open().await;
    let job = job_of(&journal, items(40)).await.number;
    let ids = ids(&journal, job).await;
    // Runs that overlap, each asked for in one moment.
    let asked = (0..30_usize).map(|n| {
        let some = ids.iter().copied().skip(n).take(10).collect::<Vec<_>>();
        journal.intend(unseen(some), format!("intent-{n}"), soon())
    });
    let given: Vec<_> =
        futures_util::future::join_all(asked).await.into_iter().flat_map(Result::unwrap).collect();
    let once: std::collections::BTreeSet<_> = given.iter().copied().collect();
    assert_eq!((given.len(), once.len()), (39, 39), "{given:?}");
    assert_eq!(journal.intend(unseen(once), "late".to_owned(), soon()).await.unwrap(), []);
}

async fn a_state_is_left_only_as_the_machine_allows_and_the_attempt_is_noted(place: Place) {
    let journal = place.open().await;
    let job = job_of(&journal, vec![item(1, "1")]).await.number;
    let id = ids(&journal, job).await[0];
    // Nothing was sent, so nothing can have been done.
    assert_eq!(journal.record(vec![Event::new(id, State::Done)]).await.unwrap(), 0);
    assert_eq!(states(&journal, job).await, [State::Planned]);
    journal.intend(unseen([id]), "a".to_owned(), soon()).await.unwrap();
    let facts = Facts { reason: "Subscriber is inactive".to_owned(), ..Facts::default() };
    let refused = Event { facts, intent: "a".to_owned(), ..Event::new(id, State::Rejected) };
    assert_eq!(journal.record(vec![refused.clone()]).await.unwrap(), 1);
    assert_eq!(journal.record(vec![Event { intent: "z".to_owned(), ..refused }]).await.unwrap(), 0);
    let history = journal.history("2145550001").await.unwrap();
    let told: Vec<_> = history.iter().map(|entry| (entry.state, entry.applied)).collect();
    assert_eq!(
        told,
        [
            (State::Planned, true),
            (State::Done, false),
            (State::Intent, true),
            (State::Rejected, true),
            (State::Rejected, false),
        ]
    );
    assert!(history[3].note.contains("Subscriber is inactive"));
    assert_eq!(history[3].operator, "me");
}

async fn events_of_one_item_are_applied_in_their_order(place: Place) {
    let journal = place.open().await;
    let job = job_of(&journal, items(2)).await.number;
    let ids = ids(&journal, job).await;
    journal.intend(unseen(ids.clone()), "a".to_owned(), soon()).await.unwrap();
    let steps = [State::Sent, State::Accepted, State::Done];
    let events =
        steps.into_iter().flat_map(|state| ids.iter().map(move |id| Event::new(*id, state))).collect();
    assert_eq!(journal.record(events).await.unwrap(), 6);
    assert_eq!(states(&journal, job).await, [State::Done, State::Done]);
}

async fn an_empty_fact_leaves_what_was_known(place: Place) {
    let journal = place.open().await;
    let job = job_of(&journal, vec![item(1, "1")]).await.number;
    let id = ids(&journal, job).await[0];
    journal.intend(unseen([id]), "a".to_owned(), soon()).await.unwrap();
    let facts = Facts { request_id: "req-0001".to_owned(), ..Facts::default() };
    journal.record(vec![Event { facts, ..Event::new(id, State::Accepted) }]).await.unwrap();
    let facts = Facts { gained: "2145550177".to_owned(), ..Facts::default() };
    journal.record(vec![Event { facts, ..Event::new(id, State::Done) }]).await.unwrap();
    let item = journal.item(id).await.unwrap().unwrap();
    assert_eq!((item.facts.request_id.as_str(), item.facts.gained.as_str()), ("req-0001", "2145550177"));
    assert!(item.accepted.is_some());
    assert_eq!(journal.history("2145550177").await.unwrap().len(), 4);
}

async fn what_was_the_matter_on_the_way_is_gone_at_the_end(place: Place) {
    let journal = place.open().await;
    let job = job_of(&journal, items(2)).await.number;
    let ids = ids(&journal, job).await;
    journal.intend(unseen(ids.clone()), "a".to_owned(), soon()).await.unwrap();
    let why = Facts { class: "port_conflict".to_owned(), reason: "8A".to_owned(), ..Facts::default() };
    let said = |state| ids.iter().map(|id| Event { facts: why.clone(), ..Event::new(*id, state) }).collect();
    journal.record(said(State::Accepted)).await.unwrap();
    journal.record(vec![Event::new(ids[0], State::Done), Event::new(ids[1], State::Overdue)]).await.unwrap();
    let facts = journal.items(job, None, 2).await.unwrap().into_iter().map(|item| item.facts);
    let told: Vec<_> = facts.map(|facts| [facts.class, facts.reason]).collect();
    assert_eq!(told, [["", ""], ["port_conflict", "8A"]]);
}

async fn what_a_read_showed_of_one_request_is_not_said_of_the_next(place: Place) {
    let journal = place.open().await;
    let job = come_to(&journal, items(1), &[State::Unknown]).await;
    let id = ids(&journal, job).await[0];
    let no_effect = || Event { intent: "a".to_owned(), ..Event::new(id, State::NotApplied) };
    assert_eq!(journal.record(vec![no_effect()]).await.unwrap(), 1);
    assert_eq!(journal.intend(unseen([id]), "b".to_owned(), soon()).await.unwrap(), [id]);
    // Another hand had begun to read when the first was lost, and comes to its end only now.
    assert_eq!(journal.record(vec![no_effect()]).await.unwrap(), 0);
    assert_eq!(states(&journal, job).await, [State::Intent]);
}

async fn one_key_is_one_write_over_rows_and_jobs(place: Place) {
    let journal = place.open().await;
    let first = job_of(&journal, vec![item(1, "x"), item(2, "y"), item(3, "x")]).await.number;
    assert_eq!(journal.claim_keys(first).await.unwrap(), 1);
    assert_eq!(states(&journal, first).await, [State::Planned, State::Planned, State::Duplicate]);
    let second = job_of(&journal, vec![item(1, "y"), item(2, "z")]).await.number;
    assert_eq!(journal.claim_keys(second).await.unwrap(), 1);
    assert_eq!(states(&journal, second).await, [State::Duplicate, State::Planned]);
    let twin = journal.items(second, None, 1).await.unwrap()[0].twin;
    assert_eq!(twin, Some(ids(&journal, first).await[1]));
}

async fn a_key_is_free_again_when_its_write_is_over(place: Place) {
    let journal = place.open().await;
    let first = job_of(&journal, vec![item(1, "x")]).await.number;
    journal.claim_keys(first).await.unwrap();
    let id = ids(&journal, first).await[0];
    journal.intend(unseen([id]), "a".to_owned(), soon()).await.unwrap();
    let over = Event { releases: true, ..Event::new(id, State::Rejected) };
    journal.record(vec![over]).await.unwrap();
    let second = job_of(&journal, vec![item(1, "x")]).await.number;
    assert_eq!(journal.claim_keys(second).await.unwrap(), 0);
}

/// Items of a new job that were sent and have come to these states.
async fn come_to(journal: &Journal, items: Vec<NewItem>, states: &[State]) -> JobNumber {
    let job = job_of(journal, items).await.number;
    journal.claim_keys(job).await.unwrap();
    let ids = ids(journal, job).await;
    journal.intend(unseen(ids.clone()), "a".to_owned(), soon()).await.unwrap();
    for (id, state) in ids.into_iter().zip(states) {
        let by_way = (*state == State::Overdue).then(|| Event::new(id, State::Accepted));
        let events = by_way.into_iter().chain([Event::new(id, *state)]).collect();
        journal.record(events).await.unwrap();
    }
    job
}

async fn what_a_person_found_out_is_noted_of_what_asks_for_it_alone(place: Place) {
    let journal = place.open().await;
    let before = [State::StillUnknown, State::Overdue, State::Done, State::Unknown, State::Accepted];
    let job = come_to(&journal, items(5), &before).await;
    let all = journal.items(job, None, 10).await.unwrap();
    let noted = journal.note_found_out(&all, FoundOut::NotApplied, "found out by me: case 17").await;
    assert_eq!(noted.unwrap(), 2);
    let after = [State::NotApplied, State::NotApplied, State::Done, State::Unknown, State::Accepted];
    assert_eq!(states(&journal, job).await, after);
    let history = journal.history("2145550001").await.unwrap();
    assert!(history.last().unwrap().note.contains("found out by me: case 17"));
    // It may be sent again by its own job, and by no other.
    let other = job_of(&journal, items(1)).await.number;
    assert_eq!(journal.claim_keys(other).await.unwrap(), 1);
    let again = unseen(ids(&journal, job).await);
    assert_eq!(journal.intend(again, "b".to_owned(), soon()).await.unwrap().len(), 2);

    let done = come_to(&journal, vec![item(9, "nine")], &[State::StillUnknown]).await;
    let row = journal.item_of_row(done, 10).await.unwrap().unwrap();
    assert_eq!(journal.item_of_row(done, 9).await.unwrap().map(|item| item.id), None);
    assert_eq!(journal.note_found_out(&[row], FoundOut::Done, "it is there").await.unwrap(), 1);
    assert_eq!(states(&journal, done).await, [State::Done]);
}

async fn what_a_person_found_out_comes_too_late_for_what_has_gone_on(place: Place) {
    let journal = place.open().await;
    let job = come_to(&journal, items(2), &[State::StillUnknown; 2]).await;
    let seen = journal.items(job, None, 10).await.unwrap();
    // A resume elsewhere has looked again, and found the second.
    journal.record(vec![Event::new(seen[1].id, State::Accepted)]).await.unwrap();
    assert_eq!(journal.note_found_out(&seen, FoundOut::NotApplied, "no such order").await.unwrap(), 1);
    assert_eq!(states(&journal, job).await, [State::NotApplied, State::Accepted]);
}

async fn an_activation_that_a_person_found_without_effect_is_free_for_who_asks_anew(place: Place) {
    let journal = place.open().await;
    let activation = || {
        let row = Row::new(2, FleetOperation::Activate).with(Field::Sim, "89010000000000000011");
        NewItem { row, ..item(1, "sim") }
    };
    let job = come_to(&journal, vec![activation()], &[State::StillUnknown]).await;
    let anew = job_of(&journal, vec![activation()]).await.number;
    assert_eq!(journal.claim_keys(anew).await.unwrap(), 1);
    let seen = journal.items(job, None, 10).await.unwrap();
    assert_eq!(journal.note_found_out(&seen, FoundOut::NotApplied, "no such order").await.unwrap(), 1);
    let anew = job_of(&journal, vec![activation()]).await.number;
    assert_eq!(journal.claim_keys(anew).await.unwrap(), 0);
}

async fn who_asks_anew_for_what_was_never_sent_has_it(place: Place) {
    let journal = place.open().await;
    let first = job_of(&journal, items(4)).await.number;
    journal.claim_keys(first).await.unwrap();
    let of_first = ids(&journal, first).await;
    // The first is about to be sent, the second is done; the fourth is asked for by nobody else.
    journal.intend(unseen(of_first[..2].iter().copied()), "a".to_owned(), soon()).await.unwrap();
    journal.record(vec![Event::new(of_first[1], State::Done)]).await.unwrap();
    journal.set_job_state(first, JobState::Running).await.unwrap();
    let second = job_of(&journal, vec![item(1, "1"), item(2, "2"), item(3, "3"), item(4, "3")]).await;
    if place.is_shared() {
        assert_eq!(journal.take_over(&second).await.unwrap(), 0, "another process may be at it");
    }
    journal.set_job_state(first, JobState::Stopped).await.unwrap();
    assert_eq!(journal.take_over(&second).await.unwrap(), 1);
    let left = [State::Intent, State::Done, State::Dropped, State::Planned];
    assert_eq!(states(&journal, first).await, left);
    assert_eq!(journal.claim_keys(second.number).await.unwrap(), 3);
    let has = [State::Duplicate, State::Duplicate, State::Planned, State::Duplicate];
    assert_eq!(states(&journal, second.number).await, has);
    // Whoever is still at the first cannot send what it gave away.
    let late = journal.intend(unseen([of_first[2]]), "b".to_owned(), soon()).await.unwrap();
    assert_eq!(late, []);
    // What had no effect is as good as never sent.
    let over = come_to(&journal, vec![item(1, "over")], &[State::NotApplied]).await;
    journal.set_job_state(over, JobState::Finished).await.unwrap();
    let third = job_of(&journal, vec![item(1, "over")]).await;
    assert_eq!(
        (journal.take_over(&third).await.unwrap(), states(&journal, over).await),
        (1, vec![State::Dropped])
    );
    assert_eq!(journal.claim_keys(third.number).await.unwrap(), 0);
}

async fn rows_that_ask_otherwise_for_the_same_are_refused(place: Place) {
    let journal = place.open().await;
    let mut other = item(2, "x");
    other.row = other.row.with(Field::Reason, "NPG");
    let job = job_of(&journal, vec![item(1, "x"), other, item(3, "z")]).await.number;
    assert_eq!(journal.refuse_conflicts(job).await.unwrap(), 2);
    assert_eq!(states(&journal, job).await, [State::Bad, State::Bad, State::Planned]);
    let reason = journal.items(job, None, 1).await.unwrap()[0].facts.reason.clone();
    assert!(reason.contains("rows 2 and 3"), "{reason}");
}

async fn lines_that_share_a_device_are_refused(place: Place) {
    let journal = place.open().await;
    let line = |place, key: &str, imei: &str| {
        let mut line = item(place, key);
        line.row = Row::new(u64::from(place) + 1, FleetOperation::Activate).with(Field::Imei, imei);
        line
    };
    let [one, other] = ["001010000000016", "001010000000024"];
    let lines = vec![line(1, "a", one), line(2, "b", other), line(3, "c", one), line(4, "b", other)];
    let job = job_of(&journal, lines).await.number;
    assert_eq!(journal.refuse_conflicts(job).await.unwrap(), 2);
    assert_eq!(states(&journal, job).await, [State::Bad, State::Planned, State::Bad, State::Planned]);
}

async fn a_draft_can_be_taken_out_again_and_what_was_sent_cannot(place: Place) {
    let journal = place.open().await;
    let job = job_of(&journal, vec![item(1, "x")]).await.number;
    journal.claim_keys(job).await.unwrap();
    journal.discard_draft(job).await.unwrap();
    assert_eq!(journal.jobs().await.unwrap(), []);
    let job = job_of(&journal, vec![item(1, "x")]).await.number;
    assert_eq!(journal.claim_keys(job).await.unwrap(), 0);
    let id = ids(&journal, job).await[0];
    journal.intend(unseen([id]), "a".to_owned(), soon()).await.unwrap();
    let refused = journal.discard_draft(job).await.unwrap_err().to_string();
    assert!(refused.contains("sent already"), "{refused}");
    assert_eq!(journal.jobs().await.unwrap().len(), 1);
}

async fn a_draft_that_was_taken_out_meanwhile_begins_no_job(place: Place) {
    let journal = place.open().await;
    let draft = job_of(&journal, items(2)).await;
    journal.discard_draft(draft.number).await.unwrap();
    let let_in = journal.let_in(&draft).await.unwrap_err();
    assert!(matches!(let_in, JournalError::DraftGone), "{let_in}");
    let added = journal.add_items(draft.number, items(2)).await.unwrap_err();
    assert!(matches!(added, JournalError::DraftGone), "{added}");
    let begun = journal.set_job_state(draft.number, JobState::Running).await.unwrap_err();
    assert!(matches!(begun, JournalError::NoSuchJob(_)), "{begun}");
    assert_eq!(journal.jobs().await.unwrap(), []);
    // What it would have sent is nobody's: the file can be run again.
    let again = job_of(&journal, items(2)).await;
    assert_eq!(journal.let_in(&again).await.unwrap(), 0);
}

async fn a_job_that_was_let_in_meanwhile_is_not_taken_out(place: Place) {
    let journal = place.open().await;
    let job = job_of(&journal, items(2)).await;
    journal.let_in(&job).await.unwrap();
    let refused = journal.discard_draft(job.number).await.unwrap_err().to_string();
    assert!(refused.contains("no draft any more"), "{refused}");
    assert_eq!(states(&journal, job.number).await, [State::Planned, State::Planned]);
    // Its keys are still its own.
    let twin = job_of(&journal, items(2)).await;
    assert_eq!(journal.let_in(&twin).await.unwrap(), 2);
}

async fn a_draft_that_is_found_at_open_is_dead_on_a_file_and_may_be_anothers_on_a_server(place: Place) {
    let running = {
        let journal = place.open().await;
        let running = job_of(&journal, vec![item(1, "x")]).await.number;
        journal.set_job_state(running, JobState::Running).await.unwrap();
        let draft = job_of(&journal, vec![item(1, "y")]).await.number;
        journal.claim_keys(draft).await.unwrap();
        running
    };
    // The lock is given back when the writing task has ended.
    tokio::task::yield_now().await;
    let journal = place.open().await;
    let dead = journal.discard_dead_drafts().await.unwrap();
    let left: Vec<_> = journal.jobs().await.unwrap().into_iter().map(|job| job.number).collect();
    if place.is_shared() {
        assert_eq!((dead.len(), left.len()), (0, 2));
        return;
    }
    assert_eq!((dead.len(), left), (1, vec![running]));
    // What it had claimed is free again.
    let again = job_of(&journal, vec![item(1, "y")]).await.number;
    assert_eq!(journal.claim_keys(again).await.unwrap(), 0);
}

async fn a_command_that_cannot_be_carried_out_is_told_so_and_spoils_no_other(place: Place) {
    let journal = place.open().await;
    let job = job_of(&journal, items(2)).await.number;
    let ids = ids(&journal, job).await;
    journal.intend(unseen([ids[0]]), "a".to_owned(), soon()).await.unwrap();
    // All in one moment: a place that is taken, a draft that is none any more, and two that can be done.
    let (twice, discarded, given, noted) = tokio::join!(
        journal.add_items(job, vec![item(1, "1")]),
        journal.discard_draft(job),
        journal.intend(unseen([ids[1]]), "b".to_owned(), soon()),
        journal.record(vec![done(ids[0])]),
    );
    let twice = twice.unwrap_err().to_string();
    assert!(twice.to_lowercase().contains("unique"), "{twice}");
    assert!(discarded.unwrap_err().to_string().contains("sent already"));
    assert_eq!((given.unwrap(), noted.unwrap()), (vec![ids[1]], 1));
    assert_eq!(states(&journal, job).await, [State::Done, State::Intent]);
}

async fn a_text_with_a_nul_is_kept_without_it(place: Place) {
    let journal = place.open().await;
    let spec = JobSpec { label: "li\0nes".to_owned(), ..JobSpec::default() };
    assert_eq!(journal.create_job(spec).await.unwrap().label, "li\u{FFFD}nes");
    let mut odd = item(1, "k\0ey");
    odd.row = odd.row.with(Field::Reason, "C\0R");
    let job = job_of(&journal, vec![odd]).await.number;
    let id = ids(&journal, job).await[0];
    journal.intend(vec![(id, "{\"a\":\"\\u0000\"}".to_owned())], "a".to_owned(), soon()).await.unwrap();
    let facts = Facts { reason: "odd\0answer".to_owned(), ..Facts::default() };
    journal.record(vec![Event { facts, ..Event::new(id, State::Rejected) }]).await.unwrap();
    let item = journal.item(id).await.unwrap().unwrap();
    assert_eq!(item.facts.reason, "odd\u{FFFD}answer");
    assert_eq!((item.before.as_str(), item.row.get(Field::Reason)), ("{\"a\":\"\\u0000\"}", Some("C\0R")));
}

async fn texts_of_all_kinds_come_back_as_they_were(place: Place) {
    let journal = place.open().await;
    for text in ["'; DROP TABLE item; --", "Zoë 🦀 \\u0041 \\ \" %_", "line\nbreak\ttab", "{\"a\":[1]}"] {
        let mut odd = item(1, text);
        odd.row = odd.row.with(Field::Reason, text);
        let job = job_of(&journal, vec![odd]).await.number;
        let id = ids(&journal, job).await[0];
        journal.intend(vec![(id, text.to_owned())], "a".to_owned(), soon()).await.unwrap();
        let facts = Facts { reason: text.to_owned(), ..Facts::default() };
        journal.record(vec![Event { facts, ..Event::new(id, State::Rejected) }]).await.unwrap();
        let item = journal.item(id).await.unwrap().unwrap();
        assert_eq!((item.facts.reason.as_str(), item.before.as_str()), (text, text));
        assert_eq!(item.row.get(Field::Reason), Some(text));
    }
}

async fn jobs_are_found_by_the_beginning_of_their_id_and_counted_by_state_and_operation(place: Place) {
    let journal = place.open().await;
    let job = job_of(&journal, items(3)).await;
    journal.set_job_state(job.number, JobState::Stopped).await.unwrap();
    assert_eq!(journal.job(&job.id[..30]).await.unwrap().state, JobState::Stopped);
    assert!(matches!(journal.job("%").await, Err(JournalError::NoSuchJob(_))));
    assert!(matches!(journal.job("zz").await, Err(JournalError::NoSuchJob(_))));
    let counted = journal.operations(job.number, State::Planned).await.unwrap();
    assert_eq!(counted.get(&FleetOperation::Suspend), Some(&3));
    let some = journal.items_in(job.number, &[State::Planned, State::Done], None, 2).await.unwrap();
    assert_eq!(some.len(), 2);
}

async fn an_error_names_no_customer(place: Place) {
    let journal = place.open().await;
    let job = job_of(&journal, items(1)).await.number;
    let error = journal.add_items(job, items(1)).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("214555"), "{error:?}");
}

/// A clock that is set back by an hour whenever it is asked.
#[derive(Debug, Default)]
struct SetBack {
    asked: std::sync::atomic::AtomicU32,
    inner: SystemClock,
}

impl Clock for SetBack {
    fn wall(&self) -> SystemTime {
        let hours = self.asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        self.inner.wall() - Duration::from_hours(u64::from(hours))
    }

    fn monotonic(&self) -> Duration {
        self.inner.monotonic()
    }

    fn sleep(&self, duration: Duration) -> apex_mobility::clock::Sleep {
        self.inner.sleep(duration)
    }
}

async fn a_clock_that_jumps_back_loses_nothing_and_gives_nothing_twice(place: Place) {
    let journal = Journal::open(&place.location, Arc::new(SetBack::default())).await.unwrap();
    let job = job_of(&journal, items(2)).await.number;
    let ids = ids(&journal, job).await;
    let until = soon();
    assert_eq!(journal.intend(unseen(ids.clone()), "a".to_owned(), until).await.unwrap(), ids);
    assert_eq!(journal.intend(unseen(ids.clone()), "b".to_owned(), until).await.unwrap(), []);
    assert_eq!(journal.record(ids.iter().map(|id| done(*id)).collect()).await.unwrap(), 2);
    // In the order in which it was noted, whatever the clock said.
    let history = journal.history("2145550001").await.unwrap();
    let told: Vec<_> = history.iter().map(|entry| entry.state).collect();
    assert_eq!(told, [State::Planned, State::Intent, State::Done]);
    assert!(history.windows(2).all(|two| two[0].at > two[1].at));
}
