//! Areas of the earth by number: each further pair of bits quarters the area.

use super::Point;

/// The greatest longitude, and minus the least.
pub(super) const LONGITUDE_MAX: f64 = 180.0;
/// The greatest latitude, and minus the least: where the Mercator projection makes the earth a square.
pub(super) const LATITUDE_MAX: f64 = 85.05112878;

/// Degrees from one to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) min: f64,
    pub(super) max: f64,
}

impl Span {
    pub(super) const fn around(most: f64) -> Span {
        Span { min: -most, max: most }
    }

    pub(super) fn middle(&self) -> f64 {
        (self.min + self.max) / 2.0
    }

    /// The number of the part that a position is in, when the span has 2 to the power of `steps` parts.
    fn number(&self, position: f64, steps: u32) -> u32 {
        let share = (position - self.min) / (self.max - self.min);
        (share * (1_u64 << steps) as f64) as u32
    }

    /// The part with this number.
    fn part(&self, number: u32, steps: u32) -> Span {
        let (parts, width) = ((1_u64 << steps) as f64, self.max - self.min);
        let edge = |number: u32| self.min + (f64::from(number) / parts) * width;
        Span { min: edge(number), max: edge(number.wrapping_add(1)) }
    }
}

/// The number of the area around a point, 2 bits for each step.
pub(super) fn number(point: Point, longitudes: &Span, latitudes: &Span, steps: u32) -> u64 {
    let (longitude, latitude) = (longitudes.number(point.longitude, steps), latitudes.number(point.latitude, steps));
    spread(latitude) | spread(longitude) << 1
}

/// An area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// Longitude in the odd bits, latitude in the even ones.
    bits: u64,
    steps: u32,
}

/// All bits of latitudes, and of longitudes.
const EVEN: u64 = 0x5555_5555_5555_5555;
const ODD: u64 = EVEN << 1;

impl Cell {
    /// The most steps: a double holds 52 bits.
    pub(super) const FINEST: u32 = 26;

    pub(super) fn around(point: Point, steps: u32) -> Cell {
        let bits = number(point, &Span::around(LONGITUDE_MAX), &Span::around(LATITUDE_MAX), steps);
        Cell { bits, steps }
    }

    /// The finest area with this score, which may be any.
    pub(super) fn of_score(score: f64) -> Cell {
        const HALF: f64 = (1_u64 << 63) as f64;
        // What C makes of a double that does not fit on x86-64: below zero it wraps around, above it is nothing.
        let bits = if score < HALF {
            score as i64 as u64
        } else if score < 2.0 * HALF {
            score as u64
        } else {
            0
        };
        Cell { bits, steps: Cell::FINEST }
    }

    /// The longitudes and the latitudes of the area.
    pub(super) fn spans(self) -> (Span, Span) {
        let longitude = Span::around(LONGITUDE_MAX).part(gather(self.bits >> 1), self.steps);
        (longitude, Span::around(LATITUDE_MAX).part(gather(self.bits), self.steps))
    }

    /// The least score in the area.
    pub(super) fn first_score(self) -> u64 {
        self.bits << (2 * (Cell::FINEST - self.steps))
    }

    /// The least score behind the area.
    pub(super) fn end_score(self) -> u64 {
        Cell { bits: self.bits.wrapping_add(1), ..self }.first_score()
    }

    /// The area of the same size so many to the east and to the north; each of -1, 0 and 1. Around the earth's end it goes
    /// on at the other one. Where it does not move it keeps a number that is one too great, as that of the very last
    /// degree is.
    pub(super) fn neighbour(self, east: i32, north: i32) -> Cell {
        let all = u64::MAX >> (64 - 2 * self.steps);
        let longitude = moved(self.bits, ODD, all, east);
        Cell { bits: longitude | moved(self.bits, EVEN, all, north), ..self }
    }
}

/// Adds to the number in some bits of `bits`, of which `all` count; in the bits between, carries are passed on.
fn moved(bits: u64, number: u64, all: u64, by: i32) -> u64 {
    let gaps = !number & all;
    let moved = match by {
        0 => return bits & number,
        1.. => (bits & number).wrapping_add(gaps.wrapping_add(1)),
        _ => (bits & number | gaps).wrapping_sub(gaps.wrapping_add(1)),
    };
    moved & number & all
}

/// Steps that leave a gap behind each bit: by how much, and which bits stay.
const SPREADS: [(u32, u64); 5] = [
    (16, 0x0000_ffff_0000_ffff),
    (8, 0x00ff_00ff_00ff_00ff),
    (4, 0x0f0f_0f0f_0f0f_0f0f),
    (2, 0x3333_3333_3333_3333),
    (1, EVEN),
];

/// The bits of a number with a gap behind each.
fn spread(number: u32) -> u64 {
    SPREADS.iter().fold(u64::from(number), |bits, &(by, stay)| (bits | bits << by) & stay)
}

/// The number in the even bits.
fn gather(bits: u64) -> u32 {
    let mut bits = bits & EVEN;
    for (at, &(by, _)) in SPREADS.iter().enumerate().rev() {
        let stay = at.checked_sub(1).map_or(u64::from(u32::MAX), |before| SPREADS[before].1);
        bits = (bits | bits >> by) & stay;
    }
    bits as u32
}
