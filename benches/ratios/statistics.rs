//! What a handful of measurements comes to.

/// The middle one; the mean of the two in the middle of an even number. NaN of none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    if sorted.len() % 2 == 1 { at(middle) } else { (at(middle.wrapping_sub(1)) + at(middle)) / 2.0 }
}

/// The lowest and the highest ratio of any round: how steady the ratio of the medians is.
pub(crate) fn range_of_ratios(above: &[f64], below: &[f64]) -> (f64, f64) {
    let ratios = above.iter().zip(below).map(|(above, below)| above / below);
    ratios.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), ratio| (low.min(ratio), high.max(ratio)))
}
