//! The transcripts of `tests/transcripts`, played to the fixture server over every transport and in every revision, and
//! what cannot be written as a transcript beside them.
#![forbid(unsafe_code)]

mod beside;
mod coverage;
mod data;
mod golden;
mod judge;
mod pattern;
mod run;
mod wire;

/// Every transcript is a test of its name; `coverage` sees to it that none is missing here.
macro_rules! transcripts {
    ($($name:ident)+) => {
        $(
            #[test]
            fn $name() {
                run::transcript(stringify!($name));
            }
        )+

        const TRANSCRIPTS: &[&str] = &[$(stringify!($name)),+];
    };
}

/// Tests beside the transcripts: their name, the numbers they are about, the revisions they run, and what they do.
macro_rules! beside {
    ($($name:ident: $numbers:expr, $revisions:literal, $test:path;)*) => {
        $(
            #[test]
            fn $name() {
                $test($revisions);
            }
        )*

        const BESIDE: &[(&str, &[u32], &str)] = &[$((stringify!($name), &$numbers, $revisions)),*];
    };
}

beside! {
    t14_the_end_of_standard_input: [14], "ABCDE", beside::the_end_of_standard_input;
    t38_hanging_up: [38], "BCDE", beside::hanging_up;
    t45_the_end_of_a_subscription: [45], "E", beside::the_end_of_a_subscription;
    t46_never_two_streams_at_once: [46], "BCD", beside::never_two_streams_at_once;
    t50_another_process: [50, 51], "E", beside::another_process;
    t70_closing_the_stream: [70], "ABCD", beside::closing_the_stream;
    t64_golden_run: [64], "ABCDE", golden::golden_run;
}

transcripts! {
    decided_a_posted_cancellation_is_ignored
    decided_a_question_ends_with_its_session
    decided_an_answer_that_breaks_the_form
    decided_both_eras_on_one_channel
    decided_envelopes
    decided_headers_and_eras
    decided_ids_in_flight_are_taken
    decided_initialize_comes_once
    decided_initialize_says_what_it_must
    decided_lines
    decided_members_occur_once
    decided_sessions_do_not_meet
    decided_traces_and_more_in_meta
    decided_what_an_id_is
    decided_what_clients_accept
    t01_a_supported_revision_is_echoed
    t02_an_unknown_revision_is_answered
    t03_the_newest_revision_is_never_negotiated
    t05_ping_before_initialize
    t06_an_early_request_kills_nothing
    t07_ids_come_back_byte_for_byte
    t08_a_null_id_is_refused
    t09_parse_errors
    t10_an_unknown_method_stays_in_band
    t11_notifications_are_accepted_in_silence
    t12_a_batch_with_progress_is_a_stream
    t12_batches
    t13_arrays_elsewhere_are_refused
    t13_claims_in_a_batch_are_refused
    t13_no_initialize_in_a_batch
    t13_no_second_initialize_in_a_batch
    t15_what_cannot_be_cancelled_is_ignored
    t16_discover
    t17_no_meta
    t18_half_of_meta
    t19_nobody_has_to_say_who_they_are
    t20_a_revision_that_is_not_served
    t21_header_and_claim_differ
    t22_a_claim_without_a_header
    t23_a_claim_of_a_legacy_revision
    t24_a_malformed_claim
    t24_a_session_does_not_rescue_it
    t25_mcp_method
    t26_mcp_name
    t27_mcp_name_of_other_things
    t28_channels_and_sessions_have_no_such_headers
    t28_mcp_param
    t29_an_unknown_method
    t30_removed_methods
    t32_a_capability_that_is_missing
    t33_statelessness
    t34_leftovers_of_sessions
    t35_posted_responses_and_notifications
    t36_every_result_says_its_type
    t37_answers_as_streams
    t39_a_cancelled_stream_ends
    t39_nothing_follows_a_cancellation
    t40_logs_only_for_who_asks
    t41_progress
    t42_ids_keep_their_type
    t42_the_acknowledgement_comes_first
    t43_each_subscription_gets_its_own_copy
    t43_the_filter_of_a_subscription
    t44_the_resources_of_a_subscription
    t44_too_many_resources
    t46_updates_between_subscribe_and_unsubscribe
    t47_all_pages_have_one_scope
    t48_a_form_is_asked_for_in_the_result
    t49_modes_of_elicitation
    t50_coming_back_with_answers
    t51_states_that_are_not_ours
    t52_missing_and_unknown_answers
    t53_methods_that_never_ask
    t54_pages_are_asked_for_since_2025_11_25
    t54_sampling_and_roots_over_a_session
    t54_the_same_tool_asks_over_a_session
    t55_unknown_tools_and_wrong_arguments
    t56_every_kind_of_content
    t56_structured_output
    t57_schemas_of_tools
    t58_missing_resources
    t59_traversal
    t60_prompts
    t61_completion
    t62_pagination
    t63_log_levels
    t65_ending_a_session_ends_its_work
    t65_session_ids
    t66_the_header_of_the_revision
    t67_origins_and_hosts
    t68_a_modern_get_is_no_stream
    t68_a_session_has_so_many_streams
    t68_streams_for_get
    t69_a_question_waits_for_its_client
    t69_a_stream_goes_on_where_it_was_cut
    t69_events_of_another_session
    t69_events_that_are_not_there
    t69_news_go_on_where_they_were_cut
    t69_one_stream_never_replays_another
    t69_the_answer_waits_for_its_client
    t70_http_and_sse
    t70_its_endpoints
}
