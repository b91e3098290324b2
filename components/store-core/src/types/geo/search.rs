//! Which scores to look at for the places in a circle or a rectangle.

use super::geohash::Cell;
use super::{EARTH_RADIUS, Point, RADIANS};

/// What to search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// Everything up to this distance.
    Circle {
        /// In units of the area.
        radius: f64,
    },
    /// Everything up to half of these lengths to the east and west, north and south.
    Rectangle {
        /// West to east, in units of the area.
        width: f64,
        /// South to north, in units of the area.
        height: f64,
    },
}

/// A shape around a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Its middle.
    pub center: Point,
    /// How far it reaches.
    pub shape: Shape,
    /// Metres in a unit.
    pub unit: f64,
}

/// Half of the earth's circumference in metres, as the Mercator projection has it.
const MERCATOR_MAX: f64 = 20_037_726.37;

/// The middle and its neighbours, each so far to the east and to the north, in the order in which they are searched.
const NEIGHBOURS: [(i32, i32); 9] = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)];

/// The degrees that an area reaches to.
struct Bounds {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl Area {
    /// The distance of a place from the middle in metres, if the place is inside.
    pub fn distance(&self, point: Point) -> Option<f64> {
        match self.shape {
            Shape::Circle { radius } => {
                let distance = self.center.distance(point);
                (distance <= radius * self.unit).then_some(distance)
            }
            Shape::Rectangle { width, height } => {
                let longitude = point.distance(Point { longitude: self.center.longitude, ..point });
                let latitude = point.distance(Point { latitude: self.center.latitude, ..point });
                let is_inside = longitude <= width * self.unit / 2.0 && latitude <= height * self.unit / 2.0;
                is_inside.then(|| self.center.distance(point))
            }
        }
    }

    /// The ranges of scores that hold all places inside, in the order in which Redis finds them: the first score of each
    /// and the one behind its last.
    pub fn ranges(&self) -> Vec<(u64, u64)> {
        let bounds = self.bounds();
        let mut steps = self.steps();
        let mut middle = Cell::around(self.center, steps);
        if steps > 1 && bounds.exceed_neighbours(middle) {
            steps -= 1;
            middle = Cell::around(self.center, steps);
        }
        let mut ranges = Vec::with_capacity(NEIGHBOURS.len());
        let mut last = None;
        for (number, (east, north)) in NEIGHBOURS.into_iter().enumerate() {
            let cell = middle.neighbour(east, north);
            // With a single step all neighbours are the same few, and each may be needed.
            if steps >= 2 && bounds.end_before(middle, east, north) || last == Some(cell) {
                continue;
            }
            // As in Redis a neighbour that is the middle once more, as there are with one step, is searched again.
            last = (number > 0).then_some(cell);
            ranges.push((cell.first_score(), cell.end_score()));
        }
        ranges
    }

    /// Half of the width and of the height in metres.
    fn reach(&self) -> (f64, f64) {
        match self.shape {
            Shape::Circle { radius } => (self.unit * radius, self.unit * radius),
            Shape::Rectangle { width, height } => (self.unit * (width / 2.0), self.unit * (height / 2.0)),
        }
    }

    fn bounds(&self) -> Bounds {
        let Point { longitude, latitude } = self.center;
        let (width, height) = self.reach();
        let north = height / EARTH_RADIUS / RADIANS;
        // Degrees of longitude are widest where the shape is nearest to a pole.
        let widest = if latitude < 0.0 { latitude - north } else { latitude + north };
        let east = width / EARTH_RADIUS / (widest * RADIANS).cos() / RADIANS;
        Bounds { west: longitude - east, south: latitude - north, east: longitude + east, north: latitude + north }
    }

    /// How small an area may be so that it and its neighbours cover the shape, but for the edges of what a score can be.
    fn steps(&self) -> u32 {
        let mut reach = self.unit
            * match self.shape {
                Shape::Circle { radius } => radius,
                Shape::Rectangle { width, height } => {
                    ((width / 2.0) * (width / 2.0) + (height / 2.0) * (height / 2.0)).sqrt()
                }
            };
        if reach == 0.0 {
            return Cell::FINEST;
        }
        let mut steps: i32 = 1;
        while reach < MERCATOR_MAX {
            reach *= 2.0;
            steps += 1;
        }
        steps -= 2;
        let latitude = self.center.latitude.abs();
        steps -= i32::from(latitude > 66.0) + i32::from(latitude > 80.0);
        steps.clamp(1, Cell::FINEST as i32) as u32
    }
}

impl Bounds {
    /// Whether they lie beyond the neighbours of a cell on any side.
    fn exceed_neighbours(&self, middle: Cell) -> bool {
        let (east, _) = middle.neighbour(1, 0).spans();
        let (west, _) = middle.neighbour(-1, 0).spans();
        let (_, north) = middle.neighbour(0, 1).spans();
        let (_, south) = middle.neighbour(0, -1).spans();
        north.max < self.north || south.min > self.south || east.max < self.east || west.min > self.west
    }

    /// Whether they end within the cell on the side where a neighbour is.
    fn end_before(&self, middle: Cell, east: i32, north: i32) -> bool {
        let (longitude, latitude) = middle.spans();
        north < 0 && latitude.min < self.south
            || north > 0 && latitude.max > self.north
            || east < 0 && longitude.min < self.west
            || east > 0 && longitude.max > self.east
    }
}
