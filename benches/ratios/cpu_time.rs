//! Time of the processor that this thread took: what others do on the machine is not in it.

use std::mem::MaybeUninit;
use std::time::Duration;

use criterion::measurement::{Measurement, ValueFormatter, WallTime};

/// For criterion, in the place of [`WallTime`].
pub(crate) struct CpuTime;

impl Measurement for CpuTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        now()
    }

    fn end(&self, start: Duration) -> Duration {
        now().saturating_sub(start)
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        WallTime.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

/// The time of the processor that this thread has taken.
pub(crate) fn now() -> Duration {
    let mut time = MaybeUninit::<libc::timespec>::uninit();
    // SAFETY: the pointer is valid for the call, which fills in the time: Linux has this clock for every thread.
    let time = unsafe {
        let answer = libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, time.as_mut_ptr());
        assert_eq!(answer, 0, "a thread has a clock");
        time.assume_init()
    };
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).expect("a second has 1e9 nanoseconds"))
}
