//! Both sides must have done the same work, or their costs say nothing.

use super::Broken;

/// The recorded page.
pub(super) const PAGE: &[u8] = include_bytes!("../../fixtures/list-page.json");
/// Lines on it.
pub(super) const PAGE_LINES: u64 = 250;
/// How many of them are active.
pub(super) const PAGE_ACTIVE: u64 = 225;

/// What a side made of the pages that it read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) pages: u64,
    pub(super) lines: u64,
    pub(super) active: u64,
    /// Bytes of the numbers read.
    pub(super) number_bytes: u64,
}

impl Tally {
    /// Of so many whole pages.
    pub(super) fn of_pages(pages: u64) -> Self {
        Self {
            pages,
            lines: pages * PAGE_LINES,
            active: pages * PAGE_ACTIVE,
            number_bytes: pages * PAGE_LINES * 10,
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.pages += other.pages;
        self.lines += other.lines;
        self.active += other.active;
        self.number_bytes += other.number_bytes;
    }

    /// Holds against what `pages` pages must come to, and against the requests that arrived for them.
    pub(super) fn check(self, side: &str, pages: u64, arrivals: u64) -> Result<(), Broken> {
        let expected = Self::of_pages(pages);
        if self != expected {
            return Err(Broken::new(format!("{side} read {self:?} instead of {expected:?}")));
        }
        if arrivals != pages {
            return Err(Broken::new(format!("{side} sent {arrivals} requests for {pages} pages")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::plain::Line;
    use super::*;

    #[test]
    fn the_recorded_page_holds_what_a_tally_expects() {
        let lines: Vec<Line> = serde_json::from_slice(PAGE).unwrap();
        let mut tally = Tally { pages: 1, ..Tally::default() };
        for line in &lines {
            tally.add(line.tally());
        }
        assert_eq!(tally, Tally::of_pages(1));
    }

    #[test]
    fn the_same_work_passes() {
        assert!(Tally::of_pages(3).check("a side", 3, 3).is_ok());
    }

    #[test]
    fn a_lost_line_is_found() {
        let tally = Tally { lines: 749, ..Tally::of_pages(3) };
        assert!(tally.check("a side", 3, 3).unwrap_err().to_string().starts_with("a side read"));
    }

    #[test]
    fn a_request_too_many_is_found() {
        let error = Tally::of_pages(3).check("a side", 3, 4).unwrap_err();
        assert_eq!(error.to_string(), "a side sent 4 requests for 3 pages");
    }
}
