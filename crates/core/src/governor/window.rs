//! How many requests may be under way at once: grows slowly, halves on a throttle.

/// How many answers, per request under way, one more request is paid with beyond what was ever withstood.
const CLIMB: usize = 4;
/// The same beyond what a server has refused before. With at most `size` refusals for each such step, at most
/// one answer in two hundred is one.
const PROBE: usize = 200;

/// The size of the window and what is known about sizes.
///
/// One more request is allowed for every `size` answers up to a size that was withstood before (*proven*), for
/// four times as many up to the *ceiling*, and for two hundred times as many above it. The ceiling is
/// the highest size allowed until a throttle shows that a size was too much: then it is one less than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    size: usize,
    most: usize,
    proven: usize,
    ceiling: usize,
    answers: usize,
}

impl Window {
    pub(super) fn new(size: usize, most: usize) -> Self {
        let most = most.max(1);
        Self { size: size.clamp(1, most), most, proven: 1, ceiling: most, answers: 0 }
    }

    /// How many requests may be under way.
    pub(super) const fn size(self) -> usize {
        self.size
    }

    /// An answer to a request that was sent while the window was full.
    pub(super) fn answered(&mut self) {
        self.answers += 1;
        if self.answers >= self.size {
            self.proven = self.proven.max(self.size);
        }
        let price = if self.size < self.proven {
            self.size
        } else if self.size < self.ceiling {
            self.size.saturating_mul(CLIMB)
        } else {
            self.size.saturating_mul(PROBE)
        };
        if self.answers >= price && self.size < self.most {
            self.size += 1;
            self.ceiling = self.ceiling.max(self.size);
            self.answers = 0;
        }
    }

    /// Whether this size, being full, is news to the server: then a throttle is its doing.
    pub(super) const fn is_untried(self) -> bool {
        self.size > self.proven
    }

    /// The size is halved. With `too_large` it was the size that was refused.
    pub(super) fn halve(&mut self, too_large: bool) {
        if too_large {
            self.ceiling = self.size.saturating_sub(1).max(1);
            self.proven = self.proven.min(self.ceiling);
        }
        self.size = (self.size / 2).max(1);
        self.answers = 0;
    }

    /// Back to one, for a server that has been away.
    pub(super) fn restart(&mut self) {
        self.size = 1;
        self.answers = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(window: &mut Window, times: usize) -> usize {
        (0..times).for_each(|_| window.answered());
        window.size()
    }

    #[test]
    fn one_more_costs_four_answers_for_each_request_under_way() {
        let mut window = Window::new(8, 12);
        assert_eq!([answer(&mut window, 31), answer(&mut window, 1)], [8, 9]);
        assert_eq!([answer(&mut window, 35), answer(&mut window, 1)], [9, 10]);
    }

    #[test]
    fn a_size_that_was_withstood_is_reached_again_at_a_quarter_of_the_price() {
        let mut window = Window::new(8, 12);
        answer(&mut window, 8);
        window.halve(false);
        assert_eq!(window.size(), 4);
        assert_eq!(answer(&mut window, 4 + 5 + 6 + 7), 8);
        assert_eq!(answer(&mut window, 31), 8);
    }

    #[test]
    fn a_size_that_was_refused_is_tried_again_only_after_two_hundred_answers_each() {
        let mut window = Window::new(4, 12);
        answer(&mut window, 16);
        assert!(window.is_untried());
        window.halve(true);
        assert_eq!((window.size(), answer(&mut window, 2 + 3)), (2, 4));
        assert_eq!([answer(&mut window, 799), answer(&mut window, 1)], [4, 5]);
    }

    proptest::proptest! {
        #[test]
        fn it_is_never_below_one_nor_above_the_most_and_a_throttle_halves_it(
            size in 0..40usize, most in 0..40usize, events: Vec<(u16, bool)>,
        ) {
            let mut window = Window::new(size, most);
            for (answers, too_large) in events {
                let before = answer(&mut window, usize::from(answers % 1000));
                proptest::prop_assert!((1..=most.max(1)).contains(&before));
                window.halve(too_large);
                proptest::prop_assert_eq!(window.size(), (before / 2).max(1));
            }
        }
    }
}
