//! Commands by chance: keys, names and vectors that are met again, numbers at the edges, options in any order, and now and
//! then words that belong elsewhere.

/// What commands are made of.
pub(crate) struct Words {
    /// SplitMix64, <https://prng.di.unimi.it/splitmix64.c>.
    state: u64,
}

/// The first is an index of numbers, the second one of bytes, the third is whatever a command makes of it.
const KEYS: &[&str] = &["a", "b", "c", "a", "b", "c", "a", "b", "c", "text"];
const NUMBERS: &[&str] = &["0", "1", "-1", "0.5", "-0", "1e-30", "1e18", "3e18", "1e39", "nan", "inf", "x", "", "127"];
const COUNTS: &[&str] = &["0", "1", "2", "3", "10", "100", "-1", "1000001", "4097", "x", "", "18446744073709551616"];
const JSON: &[&str] = &["{}", "{\"n\": 1}", "{\"n\": \"x\", \"t\": [1, 2]}", "{\"n\": null}", "", "[]", "{", "true"];
const FILTERS: &[&str] = &[
    ".n == 1",
    ".n",
    "not .n",
    "1 in .t and .n == 'x'",
    ".n > -1 or .missing",
    "1",
    ".n ==",
    "",
    "((((1))))",
    ".n ** 2 + 3 % 2 / .n",
];

impl Words {
    pub(crate) fn new(seed: u64) -> Words {
        Words { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn pick(&mut self, from: &[&str]) -> Vec<u8> {
        let at = self.below(from.len() as u64) as usize;
        from.get(at).map(|word| word.as_bytes().to_vec()).unwrap_or_default()
    }

    pub(crate) fn key(&mut self) -> Vec<u8> {
        self.pick(KEYS)
    }

    fn name(&mut self) -> Vec<u8> {
        format!("e{}", self.below(150)).into_bytes()
    }

    fn float(&mut self) -> f32 {
        self.below(2001) as f32 / 1000.0 - 1.0
    }

    /// How many numbers: nearly always as many as all others.
    fn dimension(&mut self) -> usize {
        if self.one_in(30) { self.below(6) as usize } else { 5 }
    }

    fn blob(&mut self) -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..self.dimension()).flat_map(|_| self.float().to_le_bytes()).collect();
        if self.one_in(60) {
            bytes.truncate(bytes.len().saturating_sub(1));
        }
        if self.one_in(60) {
            bytes.extend(f32::NAN.to_le_bytes());
        }
        bytes
    }

    fn values(&mut self, words: &mut Vec<Vec<u8>>) {
        let dimension = self.dimension();
        words.push(b"VALUES".to_vec());
        words.push(dimension.to_string().into_bytes());
        for _ in 0..dimension {
            let number = if self.one_in(40) { self.pick(NUMBERS) } else { self.float().to_string().into_bytes() };
            words.push(number);
        }
    }

    /// As the commands of vector sets take it.
    fn given(&mut self, words: &mut Vec<Vec<u8>>) {
        if self.one_in(2) {
            words.push(b"FP32".to_vec());
            let blob = self.blob();
            words.push(blob);
        } else {
            self.values(words);
        }
    }

    /// As the commands of indexes take it.
    fn own(&mut self, words: &mut Vec<Vec<u8>>) {
        if self.one_in(2) {
            let blob = self.blob();
            words.push(blob);
        } else {
            self.values(words);
        }
    }

    fn options(&mut self, words: &mut Vec<Vec<u8>>, from: &[(&str, &[&str])]) {
        for (option, values) in from {
            if !self.one_in(4) {
                continue;
            }
            words.push(option.as_bytes().to_vec());
            if !values.is_empty() {
                let value = self.pick(values);
                words.push(value);
            }
        }
    }

    fn count(&mut self) -> Vec<u8> {
        if self.one_in(4) { self.pick(COUNTS) } else { (1 + self.below(20)).to_string().into_bytes() }
    }

    /// What everything begins with, again and again.
    pub(crate) fn beginning(&mut self) -> Vec<Vec<Vec<u8>>> {
        let distance = String::from_utf8(self.pick(&["cosine", "l2", "ip"])).unwrap_or_default();
        let lines = [
            "FLUSHALL".to_owned(),
            "SET text 1".to_owned(),
            format!("VECTOR.CREATE a DIM 5 DISTANCE {distance} EF_CONSTRUCTION 40"),
            format!("VECTOR.CREATE b DIM 5 DISTANCE {distance} TYPE int8"),
        ];
        lines.iter().map(|line| line.split(' ').map(|word| word.as_bytes().to_vec()).collect()).collect()
    }

    /// A command.
    pub(crate) fn command(&mut self) -> Vec<Vec<u8>> {
        let key = self.key();
        let named = |name: &str| vec![name.as_bytes().to_vec(), key.clone()];
        let mut words = match self.below(30) {
            0..7 => {
                let mut words = named("VECTOR.ADD");
                words.push(self.name());
                self.own(&mut words);
                self.options(&mut words, &[("ATTR", JSON)]);
                words
            }
            7..12 => {
                let mut words = named("VADD");
                if self.one_in(60) {
                    words.extend([b"REDUCE".to_vec(), b"3".to_vec()]);
                }
                self.given(&mut words);
                words.push(self.name());
                let kind: &[(&str, &[&str])] = &[("NOQUANT", &[]), ("BIN", &[]), ("Q8", &[]), ("M", &["4", "5000"])];
                match &*key {
                    b"a" => words.push(b"NOQUANT".to_vec()),
                    _ if self.one_in(30) => self.options(&mut words, kind),
                    _ => {}
                }
                self.options(&mut words, &[("CAS", &[]), ("EF", &["1", "50", "x"]), ("SETATTR", JSON)]);
                words
            }
            12..17 => {
                let mut words = named("VECTOR.SEARCH");
                words.push(b"K".to_vec());
                words.push(self.count());
                self.own(&mut words);
                let all: &[(&str, &[&str])] =
                    &[("WITHSCORES", &[]), ("FILTER", FILTERS), ("EF", &["1", "30", "0"]), ("WITHATTR", &[])];
                self.options(&mut words, all);
                words
            }
            17..21 => {
                let mut words = named("VSIM");
                if self.one_in(2) {
                    words.extend([b"ELE".to_vec(), self.name()]);
                } else {
                    self.given(&mut words);
                }
                let all: &[(&str, &[&str])] = &[
                    ("WITHSCORES", &[]),
                    ("WITHATTRIBS", &[]),
                    ("COUNT", COUNTS),
                    ("EPSILON", NUMBERS),
                    ("EF", &["1", "30", "0"]),
                    ("FILTER", FILTERS),
                    ("FILTER-EF", COUNTS),
                    ("TRUTH", &[]),
                ];
                self.options(&mut words, all);
                words
            }
            21..24 => {
                let name = ["VREM", "VECTOR.DEL", "VECTOR.GET", "VEMB", "VLINKS", "VISMEMBER", "VGETATTR", "VSETATTR"];
                let name = self.pick(&name);
                let mut words = vec![name.clone(), key.clone(), self.name()];
                match &*name {
                    b"VSETATTR" => words.push(self.pick(JSON)),
                    b"VEMB" => self.options(&mut words, &[("RAW", &[])]),
                    b"VLINKS" => self.options(&mut words, &[("WITHSCORES", &[])]),
                    b"VECTOR.GET" => self.options(&mut words, &[("WITHATTR", &[])]),
                    _ => {}
                }
                words
            }
            24 => named(["VCARD", "VDIM", "VINFO", "VECTOR.INFO", "TYPE"][self.below(5) as usize]),
            25 => {
                let mut words = named("VECTOR.CREATE");
                words.extend([b"DIM".to_vec(), b"5".to_vec()]);
                let all: &[(&str, &[&str])] = &[
                    ("DISTANCE", &["cosine", "l2", "ip", "other"]),
                    ("TYPE", &["f32", "int8", "f16"]),
                    ("M", &["4", "16", "3"]),
                    ("EF_CONSTRUCTION", &["1", "40", "0"]),
                ];
                self.options(&mut words, all);
                words
            }
            26 => {
                let mut words = named("VRANGE");
                let ends = ["-", "+", "[e1", "(e5", "[", "x", ""];
                words.extend([self.pick(&ends), self.pick(&ends)]);
                words
            }
            27 => {
                let mut words = named("VRANDMEMBER");
                words.push(self.count());
                words
            }
            28 if self.one_in(30) => named(["DEL", "VECTOR.DROP"][self.below(2) as usize]),
            28 => vec![b"EXISTS".to_vec(), key.clone()],
            _ => vec![b"COPY".to_vec(), key.clone(), b"c".to_vec(), b"REPLACE".to_vec()],
        };
        if self.one_in(40) {
            self.spoil(&mut words);
        }
        words
    }

    /// A word goes, comes twice, or becomes another.
    fn spoil(&mut self, words: &mut Vec<Vec<u8>>) {
        let at = 1 + self.below(words.len() as u64 - 1) as usize;
        match self.below(3) {
            0 => drop(words.remove(at)),
            1 => words.insert(at, words.get(at).cloned().unwrap_or_default()),
            _ => {
                let other = self.pick(COUNTS);
                words.splice(at..=at, [other]).for_each(drop);
            }
        }
    }
}
