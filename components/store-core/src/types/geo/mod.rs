//! Places on the earth as scores of a sorted set: 26 bits of latitude and 26 of longitude, interleaved.
//!
//! A score is the number of a small area, and near areas mostly have near numbers: a search visits a few ranges of scores
//! (`search.rs`) and measures what it finds there. All arithmetic is in the order of Redis', so that the digits are.

mod geohash;
mod search;

#[cfg(test)]
mod tests;

pub use search::{Area, Shape};

use geohash::{Cell, LATITUDE_MAX, LONGITUDE_MAX, Span};

/// The quadratic mean radius of the earth in metres, as WGS-84 has it.
const EARTH_RADIUS: f64 = 6_372_797.560856;
const RADIANS: f64 = std::f64::consts::PI / 180.0;

/// A place, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// East of Greenwich, -180 to 180.
    pub longitude: f64,
    /// North of the equator, -85.05112878 to 85.05112878.
    pub latitude: f64,
}

impl Point {
    /// A place; none when it is outside of what can be a score.
    pub fn new(longitude: f64, latitude: f64) -> Option<Point> {
        let is_inside = longitude.abs() <= LONGITUDE_MAX && latitude.abs() <= LATITUDE_MAX;
        is_inside.then_some(Point { longitude, latitude })
    }

    /// The middle of the area that a score stands for. Any score gives one, also one that was never a place's.
    pub fn of_score(score: f64) -> Point {
        let (longitude, latitude) = Cell::of_score(score).spans();
        Point {
            longitude: longitude.middle().clamp(-LONGITUDE_MAX, LONGITUDE_MAX),
            latitude: latitude.middle().clamp(-LATITUDE_MAX, LATITUDE_MAX),
        }
    }

    /// The score of the area that it is in.
    pub fn score(self) -> u64 {
        Cell::around(self, Cell::FINEST).first_score()
    }

    /// The place as text that other programs know. <https://en.wikipedia.org/wiki/Geohash>
    pub fn geohash(self) -> [u8; 11] {
        const DIGITS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";
        let bits = geohash::number(self, &Span::around(180.0), &Span::around(90.0), Cell::FINEST);
        let mut text = [b'0'; 11];
        // 52 bits are ten digits and a little; the last one has always been left at zero.
        for (place, digit) in text.iter_mut().take(10).enumerate() {
            *digit = DIGITS[(bits >> (47 - 5 * place)) as usize % DIGITS.len()];
        }
        text
    }

    /// Metres to another place on a great circle, by the haversine formula.
    pub fn distance(self, other: Point) -> f64 {
        let (from, to) = (self.latitude * RADIANS, other.latitude * RADIANS);
        let u = ((to - from) / 2.0).sin();
        let v = ((other.longitude * RADIANS - self.longitude * RADIANS) / 2.0).sin();
        2.0 * EARTH_RADIUS * (u * u + from.cos() * to.cos() * v * v).sqrt().asin()
    }
}
