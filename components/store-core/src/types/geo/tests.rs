use super::*;
use crate::random::Random;

const PALERMO: Point = Point { longitude: 13.361389, latitude: 38.115556 };
const CATANIA: Point = Point { longitude: 15.087269, latitude: 37.502669 };

fn any_point(random: &mut Random) -> Point {
    let mut share = || random.next() as f64 / u64::MAX as f64 * 2.0 - 1.0;
    Point::new(share() * LONGITUDE_MAX, share() * LATITUDE_MAX).expect("it is inside")
}

#[test]
fn scores_positions_geohashes_and_distances_are_those_of_redis() {
    assert_eq!((PALERMO.score(), CATANIA.score()), (3_479_099_956_230_698, 3_479_447_370_796_909));
    let palermo = Point::of_score(PALERMO.score() as f64);
    assert_eq!(palermo, Point { longitude: 13.361389338970184, latitude: 38.1155563954963 });
    assert_eq!(&palermo.geohash(), b"sqc8b49rny0");
    assert_eq!(format!("{:.4}", palermo.distance(Point::of_score(CATANIA.score() as f64))), "166274.1516");
}

#[test]
fn places_outside_of_the_map_are_none() {
    assert_eq!(Point::new(180.1, 0.0), None);
    assert_eq!(Point::new(0.0, 85.06), None);
    assert_eq!(Point::new(f64::NAN, 0.0), None);
    assert!(Point::new(-180.0, -85.05112878).is_some());
}

#[test]
fn every_score_gives_a_place() {
    for score in [0.0, -1.0, -0.5, f64::INFINITY, f64::NEG_INFINITY, 1e18, 1.8e19, 1e300, 4.5e15] {
        let Point { longitude, latitude } = Point::of_score(score);
        assert!(Point::new(longitude, latitude).is_some(), "{score}");
    }
}

#[test]
fn the_ranges_hold_all_places_inside() {
    let mut random = Random::new(7);
    for _ in 0..20_000 {
        let (center, point) = (any_point(&mut random), any_point(&mut random));
        let distance = center.distance(point);
        let reach = distance * (1.0 + random.next() as f64 / u64::MAX as f64);
        // Beyond a quarter of the earth even Redis does not find everything.
        if reach > 5_000_000.0 || center.latitude.abs() > 60.0 {
            continue;
        }
        for shape in [Shape::Circle { radius: reach }, Shape::Rectangle { width: 2.0 * reach, height: 2.0 * reach }] {
            let area = Area { center, shape, unit: 1.0 };
            let found = area.ranges().iter().any(|&(first, end)| (first..end).contains(&point.score()));
            // The map does not go on beyond the date line.
            let crosses = (center.longitude - point.longitude).abs() > 180.0;
            assert!(found || crosses || area.distance(point).is_none(), "{area:?} {point:?}");
        }
    }
}
