//! Typed functions of every type, and some that cannot be called.

#[allow(missing_docs, unreachable_pub, dead_code, clippy::all, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        inline: "
            package test:typed@0.1.0;

            interface shapes {
                record point { x: s32, y: s32 }
                variant shape { dot, circle(u32), line(tuple<point, point>) }
                enum colour { red, green, blue }
                flags style { bold, dashed }
                resource canvas { constructor(); }

                mirror: func(shape: shape) -> shape;
                paint: func(colour: colour, style: style) -> tuple<style, colour>;
                area: func(a: f64, b: f64) -> f64;
                open: func() -> canvas;
                same: func() -> string;
            }

            interface others {
                same: func() -> string;
            }

            world typed {
                record place { x: s32, y: s32 }
                export shapes;
                export others;
                export reverse: func(bytes: list<u8>) -> list<u8>;
                export greet: func(name: string, greeting: option<string>) -> string;
                export all: func(a: u8, b: s8, c: u16, d: s16, e: u32, f: s32, g: u64, h: s64) -> list<s64>;
                export most: func() -> u64;
                export negate: func(truth: bool) -> bool;
                export half: func(number: f32) -> f32;
                export next: func(letter: char) -> char;
                export find: func(places: list<place>, x: s32) -> option<place>;
                export divide: func(a: s32, b: s32) -> result<s32, string>;
                export check: func(number: u32) -> result<_, place>;
                export refuse: func() -> result;
                export nothing: func();
                export repeat: func(text: string, count: u32) -> list<string>;
                export panics: func(why: string);
                export spin: func() -> u32;
            }
        ",
    });
}

use bindings::Place;
use bindings::exports::test::typed::{
    others,
    shapes::{self, Canvas, Colour, GuestCanvas, Shape, Style},
};

struct Typed;

struct Nothing;

impl GuestCanvas for Nothing {
    fn new() -> Nothing {
        Nothing
    }
}

impl shapes::Guest for Typed {
    type Canvas = Nothing;

    fn mirror(shape: Shape) -> Shape {
        match shape {
            Shape::Line((from, to)) => Shape::Line((to, from)),
            other => other,
        }
    }

    fn paint(colour: Colour, style: Style) -> (Style, Colour) {
        (style, colour)
    }

    fn area(a: f64, b: f64) -> f64 {
        a * b
    }

    fn open() -> Canvas {
        Canvas::new(Nothing)
    }

    fn same() -> String {
        "shapes".to_owned()
    }
}

impl others::Guest for Typed {
    fn same() -> String {
        "others".to_owned()
    }
}

impl bindings::Guest for Typed {
    fn reverse(mut bytes: Vec<u8>) -> Vec<u8> {
        bytes.reverse();
        bytes
    }

    fn greet(name: String, greeting: Option<String>) -> String {
        format!("{}, {name}", greeting.unwrap_or_else(|| "Hello".to_owned()))
    }

    fn all(a: u8, b: i8, c: u16, d: i16, e: u32, f: i32, g: u64, h: i64) -> Vec<i64> {
        vec![a.into(), b.into(), c.into(), d.into(), e.into(), f.into(), g as i64, h]
    }

    fn most() -> u64 {
        u64::MAX
    }

    fn negate(truth: bool) -> bool {
        !truth
    }

    fn half(number: f32) -> f32 {
        number / 2.0
    }

    fn next(letter: char) -> char {
        char::from_u32(letter as u32 + 1).unwrap_or(letter)
    }

    fn find(places: Vec<Place>, x: i32) -> Option<Place> {
        places.into_iter().find(|place| place.x == x)
    }

    fn divide(a: i32, b: i32) -> Result<i32, String> {
        a.checked_div(b).ok_or_else(|| "DIVISION by zero".to_owned())
    }

    fn check(number: u32) -> Result<(), Place> {
        if number < 10 { Ok(()) } else { Err(Place { x: 10, y: number as i32 }) }
    }

    fn refuse() -> Result<(), ()> {
        Err(())
    }

    fn nothing() {}

    fn repeat(text: String, count: u32) -> Vec<String> {
        vec![text; count as usize]
    }

    fn panics(why: String) {
        panic!("{why}");
    }

    fn spin() -> u32 {
        let mut number = 1_u32;
        loop {
            number = std::hint::black_box(number.wrapping_mul(3));
            if number == 0 {
                return number;
            }
        }
    }
}

bindings::export!(Typed with_types_in bindings);
