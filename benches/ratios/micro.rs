//! criterion, and the medians it found.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use criterion::Criterion;
use criterion::measurement::Measurement;

use crate::plan::Plan;

/// Measurements below one folder, `target/criterion`, where criterion keeps them for the next run to compare with.
pub(crate) struct Micro<M: Measurement> {
    pub(crate) criterion: Criterion<M>,
    folder: PathBuf,
}

impl<M: Measurement> Micro<M> {
    pub(crate) fn new(plan: &Plan, measurement: M) -> Micro<M> {
        let folder = ferrite_tests::workspace().join("target/criterion");
        let (measure, warm_up) = plan.measure_for();
        let criterion = Criterion::default().with_measurement(measurement).without_plots();
        let criterion = criterion.measurement_time(measure).warm_up_time(warm_up).output_directory(&folder);
        Micro { criterion, folder }
    }

    /// The median that was found just now, in nanoseconds.
    pub(crate) fn median_ns(&self, group: &str, name: &str) -> Result<f64> {
        let path = self.folder.join(group).join(name).join("new/estimates.json");
        read_median(&path).with_context(|| format!("no median in {}", path.display()))
    }
}

fn read_median(path: &Path) -> Result<f64> {
    let estimates: serde_json::Value = serde_json::from_slice(&fs::read(path)?)?;
    estimates["median"]["point_estimate"].as_f64().context("it is no number")
}
