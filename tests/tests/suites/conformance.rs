//! Every rule against the sandbox in this process and behind a socket.

/// Makes two tests of each rule.
macro_rules! rules {
    ($($api:ident { $($rule:ident),* $(,)? })*) => {
        mod in_process {
            $(mod $api {
                $(#[tokio::test]
                async fn $rule() {
                    let target = apex_mobility_tests::Target::in_process().await;
                    apex_mobility_tests::conformance::$api::$rule(target).await;
                })*
            })*
        }

        mod over_tcp {
            $(mod $api {
                $(#[tokio::test]
                async fn $rule() {
                    let target = apex_mobility_tests::Target::over_tcp().await;
                    apex_mobility_tests::conformance::$api::$rule(target).await;
                })*
            })*
        }
    };
}

rules! {
    every_api {
        a_wrong_pair_is_refused,
        the_right_pair_is_let_in,
        an_unknown_number_is_not_found_in_words,
    }
    subscriber_list {
        pages_hold_every_line_that_is_not_cancelled,
        a_page_says_how_many_pages_there_are_and_when_the_list_was_made,
        filters_are_combined,
        a_filter_for_cancelled_lines_finds_none,
        a_page_behind_the_last_is_empty,
        a_page_holds_at_most_500_lines,
        a_change_shows_in_details_at_once_and_in_the_list_at_the_next_mark,
    }
    service_activation {
        a_line_is_pending_then_reserved_then_active,
        a_batch_may_end_mixed,
        two_hundred_lines_are_one_request,
        a_sim_in_use_is_rejected,
        a_sim_that_was_activated_before_is_rejected,
        an_unknown_account_is_rejected,
        a_plan_that_does_not_fit_the_device_is_rejected,
        an_address_that_cannot_be_verified_is_rejected,
        a_number_without_a_port_is_not_used,
        features_come_with_the_line,
        an_unknown_plan_is_rejected,
        an_unknown_request_is_not_found,
    }
    port_management {
        a_number_is_eligible_where_the_carrier_has_numbers,
        a_request_echoes_the_service_area,
        a_port_is_open_then_confirmed_then_completed,
        a_port_may_be_denied_or_fail,
        each_conflict_names_its_fix,
        an_update_mends_a_conflict,
        an_open_port_can_be_updated,
        a_confirmed_port_cannot_be_updated,
        an_empty_update_is_not_sent,
        a_port_can_be_cancelled_until_it_is_completed,
        a_completed_port_cannot_be_cancelled,
        a_cancel_with_another_zip_is_refused,
        a_number_is_asked_for_once,
        a_number_of_ones_own_cannot_be_brought_in,
        an_unknown_account_is_refused,
        a_zip_without_numbers_is_refused,
        a_number_that_was_never_asked_for_is_not_found,
        a_line_gets_the_number_once_its_port_is_confirmed,
    }
    billing_account {
        a_created_account_can_be_read,
        no_reply_shows_the_passcode,
        each_create_makes_another_account,
        an_unknown_fan_is_refused,
        an_address_that_cannot_be_verified_is_refused,
        name_contact_and_passcode_change_together_or_apart,
        an_update_of_nothing_is_not_sent,
        an_unknown_account_is_not_found,
        accounts_of_each_status_can_be_read,
        lines_are_activated_on_a_new_account,
        numbers_are_ported_to_a_new_account,
        lines_are_transferred_to_a_new_account,
        static_addresses_go_to_lines_of_a_new_account,
        a_lost_create_is_never_sent_again,
        a_lost_update_is_settled_by_a_read,
    }
    status_change {
        a_line_is_suspended_resumed_cancelled_and_restored,
        details_show_a_change_of_status_at_once,
        only_an_active_line_is_suspended,
        a_resume_never_revives_a_cancelled_line,
        a_restore_does_not_resume_a_suspended_line,
        active_and_suspended_lines_are_cancelled,
        a_second_cancel_is_a_no_op,
        a_line_is_restored_on_day_60_and_not_on_day_61,
        a_line_whose_plan_does_not_fit_its_device_is_not_restored,
        each_transition_takes_its_own_reasons_alone,
        a_status_cannot_change_in_the_past,
        a_status_changes_on_the_day_to_come,
        a_line_with_another_device_is_suspended_until_the_record_agrees,
    }
    rate_plan_change {
        plan_and_features_change_together,
        an_empty_date_removes_a_feature_immediately,
        a_plan_fits_the_device_or_is_refused,
        a_feature_fits_the_device_or_is_refused,
        only_an_active_line_changes_its_plan,
        a_present_feature_is_not_added_and_an_absent_one_not_removed,
        a_plan_cannot_change_in_the_past,
        a_plan_to_come_shows_on_its_day,
        a_plan_that_binds_is_kept_for_the_contract_term,
    }
    number_change {
        a_number_is_assigned_by_the_service_zip,
        all_else_stays_with_the_line,
        the_old_number_has_moved,
        an_exchange_of_the_zip_can_be_chosen,
        an_exchange_elsewhere_is_refused,
        a_free_number_can_be_chosen,
        a_taken_number_is_refused,
        a_line_that_is_not_active_keeps_its_number,
        the_address_comes_first,
        a_zip_without_numbers_is_not_eligible,
        a_barring_feature_is_refused,
        an_unknown_number_is_not_found,
        a_504_after_commit_is_settled_by_sim,
    }
    line_configuration {
        a_device_goes_on_record,
        a_sim_swap_frees_the_old_sim,
        a_sim_in_use_is_refused,
        the_same_device_is_a_no_op,
        a_restricted_device_is_refused,
        an_esim_only_device_needs_an_eid,
        a_device_needs_an_active_line,
        a_device_needs_the_zip_of_the_place_of_use,
        a_plan_goes_with_a_device_it_fits,
        another_account_pays,
        the_account_must_exist_and_differ,
        a_fee_is_charged_inside_the_contract_term,
        a_variant_refuses_transfers_inside_the_term,
        a_plan_changes_with_the_account_if_it_fits,
        a_locked_plan_is_not_left_by_a_transfer,
        a_transfer_waits_for_its_day,
        name_and_address_change_together_or_apart,
        an_address_that_cannot_be_verified_is_refused,
        a_subscriber_update_of_nothing_is_not_sent,
        voicemail_is_reset,
        a_pin_out_of_form_is_refused,
        the_profile_is_sent_to_the_lines_own_sim,
        an_unknown_number_is_not_found,
    }
    line_details {
        a_line_shows_what_the_carrier_knows,
        suspended_and_cancelled_lines_can_be_read,
        an_unknown_number_is_not_found,
        a_search_by_sim_finds_the_line_or_nothing,
        a_search_by_imei_goes_by_the_billed_device,
        a_search_by_status_holds_every_line_of_it,
    }
    pdp_provisioning {
        a_look_up_names_free_addresses,
        a_pool_that_runs_short_gives_what_is_left,
        an_unknown_pdp_is_refused,
        an_unknown_account_is_refused,
        a_line_goes_through_its_stages,
        ten_lines_are_one_request,
        a_batch_that_breaks_a_limit_cannot_be_made,
        a_bad_line_fails_alone,
        an_address_that_cannot_be_had_fails_its_line_alone,
        a_line_has_one_address,
        a_number_shows_its_batches,
        what_is_not_known_is_not_found,
        an_address_is_removed_and_free_again,
        a_cancelled_lines_address_can_be_removed,
        an_address_is_given_on_its_day,
        a_lost_answer_is_settled_by_the_number,
        an_answer_without_a_batch_id_is_an_unknown_outcome,
        a_look_up_may_hold_what_it_finds,
        replies_are_read_in_every_style,
        a_bad_line_may_fail_its_batch,
    }
}

/// A rule that is written and not run would prove nothing.
#[test]
fn every_rule_is_run() {
    let here = include_str!("conformance.rs");
    let files = [
        include_str!("../../src/conformance/every_api.rs"),
        include_str!("../../src/conformance/subscriber_list.rs"),
        include_str!("../../src/conformance/service_activation.rs"),
        include_str!("../../src/conformance/port_management.rs"),
        include_str!("../../src/conformance/billing_account.rs"),
        include_str!("../../src/conformance/status_change.rs"),
        include_str!("../../src/conformance/rate_plan_change.rs"),
        include_str!("../../src/conformance/number_change.rs"),
        include_str!("../../src/conformance/line_configuration.rs"),
        include_str!("../../src/conformance/line_details.rs"),
        include_str!("../../src/conformance/pdp_provisioning.rs"),
    ];
    for file in files {
        let rules = file.lines().filter_map(|line| line.strip_prefix("pub async fn ")?.split('(').next());
        for rule in rules {
            assert!(here.contains(&format!("        {rule},")), "{rule} is not run");
        }
    }
}
