//! Medians: one disturbed round must not move a result.

/// Measured values of one kind, at least one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Samples(Vec<f64>);

impl Samples {
    /// The values in order; `None` without any.
    pub(super) fn new(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        (!values.is_empty()).then_some(Self(values))
    }

    pub(super) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// Half of the values lie between these two.
    pub(super) fn quartiles(&self) -> (f64, f64) {
        (self.quantile(0.25), self.quantile(0.75))
    }

    /// Between two values, in proportion to the distance.
    fn quantile(&self, share: f64) -> f64 {
        let place = share * (self.0.len() - 1) as f64;
        let at = |place: f64| self.0.get(place as usize).copied().unwrap_or(f64::NAN);
        let (below, above) = (at(place.floor()), at(place.ceil()));
        below + (above - below) * place.fract()
    }
}

/// The same measure of two sides, pair by pair as it was taken.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pairs {
    pub(super) base: Samples,
    pub(super) measured: Samples,
    /// Measured by base, within each pair.
    pub(super) ratio: Samples,
}

impl Pairs {
    /// `None` without any pair.
    pub(super) fn new(pairs: &[(f64, f64)]) -> Option<Self> {
        let column = |of: fn(&(f64, f64)) -> f64| Samples::new(pairs.iter().map(of).collect());
        Some(Self {
            base: column(|pair| pair.0)?,
            measured: column(|pair| pair.1)?,
            ratio: column(|pair| pair.1 / pair.0)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(values: &[f64]) -> Samples {
        Samples::new(values.to_vec()).unwrap()
    }

    #[test]
    fn the_median_of_an_odd_number_is_the_middle_one() {
        assert_eq!(samples(&[9.0, 1.0, 5.0]).median(), 5.0);
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(samples(&[4.0, 1.0, 2.0, 100.0]).median(), 3.0);
    }

    #[test]
    fn the_quartiles_hold_half_of_the_values() {
        assert_eq!(samples(&[5.0, 4.0, 3.0, 2.0, 1.0]).quartiles(), (2.0, 4.0));
    }

    #[test]
    fn one_value_is_its_own_median_and_quartiles() {
        let one = samples(&[7.0]);
        assert_eq!((one.median(), one.quartiles()), (7.0, (7.0, 7.0)));
    }

    #[test]
    fn no_values_have_no_median() {
        assert_eq!(Samples::new(Vec::new()), None);
        assert_eq!(Pairs::new(&[]), None);
    }

    #[test]
    fn a_disturbed_round_leaves_the_ratio_alone() {
        let pairs = Pairs::new(&[(10.0, 11.0), (100.0, 110.0), (10.0, 11.0)]).unwrap();
        assert!((pairs.ratio.median() - 1.1).abs() < 1e-9);
    }
}
