//! The guard of the semantic cache: a table of verdicts, the pairs of `tests/semantic`, and hostile texts.
#![allow(clippy::unwrap_used, reason = "a broken file should fail the test")]

use ferrite_gateway::guard::{MAX_PROMPT_BYTES, MAX_PROMPT_WORDS, Rule, Verdict, agree};

/// Prompts that one answer serves.
const SAME: &[(&str, &str)] = &[
    ("How do I reset my password?", "how can i reset my password"),
    ("How do I turn off notifications?", "Disable notifications"),
    ("turn the notifications off", "How can I switch off the notifications?"),
    ("I need 2 tickets", "I need two tickets"),
    ("Save 15% of 4,000 dollars", "Save 15 percent of $4000"),
    ("How far is 5 km?", "How far are 5 kilometres?"),
    ("Bake at 200 °C", "bake at 200 degrees Celsius"),
    ("Explain World War II", "explain world war 2"),
    ("the 2nd highest salary", "the second highest salary"),
    ("the 21st century", "the twenty-first century"),
    ("on September 11, 2001", "on 11 September 2001"),
    ("one million users", "1,000,000 users"),
    ("a 3-day trip", "a three day trip"),
    ("In Python, how do I sort a list?", "how do i sort a list in python"),
    ("Which customers have never ordered?", "Which customers have not ordered?"),
    ("Is it forbidden to park here?", "Is it not allowed to park here?"),
    ("a gluten-free cake", "a cake without gluten"),
    ("What is the difference between TCP and UDP?", "How do UDP and TCP differ?"),
    ("Fly from Boston to Seattle", "fly to Seattle from Boston"),
    ("How do I use k8s?", "How do I use Kubernetes?"),
    ("Make flash cards", "make flashcards"),
    ("Why does my React component render twice?", "Why does my React component render two times?"),
    ("WHY IS THE SKY BLUE", "Why is the sky blue?"),
    ("Was Caesar killed by Brutus?", "Did Brutus kill Caesar?"),
    ("日本の首都は？", "日本の首都は"),
    ("What is ５ plus ６?", "What is 5 plus 6?"),
    ("Can’t log in", "can't log in"),
    ("What does `volatile` do?", "what does volatile do"),
];

/// Prompts that ask for different things, and the rule that says so.
const DIFFERENT: &[(&str, &str, Rule)] = &[
    ("Sales of 2023", "Sales of 2024", Rule::Number),
    ("two tickets", "three tickets", Rule::Number),
    ("Run it every 5 minutes", "Run it every 5 hours", Rule::Number),
    ("Can I take 5 mg?", "Can I take 5 g?", Rule::Number),
    ("How many cm are 5 feet?", "How many cm are 5 inches?", Rule::Number),
    ("Convert $500", "Convert €500", Rule::Number),
    ("Is 200°C too hot?", "Is 200°F too hot?", Rule::Number),
    ("Subtract 4 from 9", "Subtract 9 from 4", Rule::Number),
    ("What is -3 + 5?", "What is 3 + 5?", Rule::Number),
    ("Python 3.11", "Python 3.12", Rule::Number),
    ("ping 10.0.0.1", "ping 10.0.0.2", Rule::Number),
    ("World War I", "World War II", Rule::Number),
    ("the first law", "the third law", Rule::Number),
    ("Newton's second law", "Newton's third law", Rule::Number),
    ("The lesson is 30 seconds long", "The lesson is 30 minutes long", Rule::Number),
    ("Delete all pods", "Delete one pod", Rule::Number),
    ("wake me at 6 am", "wake me at 6 pm", Rule::Number),
    ("$10k", "$100k", Rule::Number),
    ("1 million", "1 billion", Rule::Number),
    ("Which items can be returned?", "Which items cannot be returned?", Rule::Negation),
    ("a cake with nuts", "a cake without nuts", Rule::Negation),
    ("Why is it working?", "Why isn't it working?", Rule::Negation),
    ("run as root", "run as non-root", Rule::Negation),
    ("How do I enable it?", "How do I disable it?", Rule::Antonym),
    ("turn it on", "turn it off", Rule::Antonym),
    ("How do I log in?", "How do I log out?", Rule::Antonym),
    ("increase the limit", "decrease the limit", Rule::Antonym),
    ("allow port 22", "deny port 22", Rule::Antonym),
    ("before the meal", "after the meal", Rule::Antonym),
    ("more than 10 units", "fewer than 10 units", Rule::Antonym),
    ("the cheapest plan", "the most expensive plan", Rule::Antonym),
    ("Import a module", "Export a module", Rule::Antonym),
    ("a legal act", "an illegal act", Rule::Antonym),
    ("keep cats out of the garden", "keep cats in the garden", Rule::Antonym),
    ("White or black? I am white", "White or black? I am black", Rule::Antonym),
    ("a letter to my boss", "a letter from my boss", Rule::Antonym),
    ("What is my name?", "What is your name?", Rule::Antonym),
    ("Who did win the cup?", "Who will win the cup?", Rule::Antonym),
    ("Write to Alice", "Write to Bob", Rule::Name),
    ("What does `map.get` do?", "What does `map.set` do?", Rule::Name),
    ("Explain main.rs", "Explain lib.rs", Rule::Name),
    ("open https://example.com/a", "open https://example.com/b", Rule::Name),
    ("Translate \"good morning\"", "Translate \"good night\"", Rule::Name),
    ("How do I use UNION?", "How do I use UNION ALL?", Rule::Name),
    ("How do I use the -v flag?", "How do I use the -p flag?", Rule::Name),
    ("the range of GPT-3", "the range of GPT-2", Rule::Name),
    ("How do I get to Nice?", "How do I get to Lyon?", Rule::Name),
    ("made in the US", "made in China", Rule::Name),
    ("What is C?", "What is C++?", Rule::Name),
    ("solve x^2", "solve x^3", Rule::Name),
    ("sort a list in python", "sort a list in kotlin", Rule::Word),
    ("How do I roast a chicken?", "How do I roast a turkey?", Rule::Word),
    ("list containers", "list running containers", Rule::Word),
    ("sales by week", "sales by month", Rule::Word),
    ("the largest country", "the largest city", Rule::Word),
    ("日本の首都は", "中国の首都は", Rule::Word),
    ("Convert JSON to CSV", "Convert CSV to JSON", Rule::Order),
    ("Fly from Boston to Seattle", "Fly from Seattle to Boston", Rule::Order),
    ("merge the develop branch into main", "merge main into the develop branch", Rule::Order),
    ("Can an employee sue an employer?", "Can an employer sue an employee?", Rule::Order),
    ("Why is Rust faster than Python?", "Why is Python faster than Rust?", Rule::Order),
    ("Replace foo with bar", "Replace bar with foo", Rule::Order),
    ("Rename A to B", "Rename B to A", Rule::Order),
    ("Is A a subset of B?", "Is B a subset of A?", Rule::Order),
    ("a - b", "b - a", Rule::Order),
    ("Prefer tabs to spaces", "Prefer spaces to tabs", Rule::Order),
    ("orders by Anna", "orders for Anna", Rule::Antonym),
    ("born on 1990-01-02", "born on 1990-02-01", Rule::Number),
    ("wake me at 7:30", "wake me at 7:45", Rule::Name),
    ("Where was Mozart born?", "When was Mozart born?", Rule::Question),
    ("Why did the Titanic sink?", "When did the Titanic sink?", Rule::Question),
    ("What is dependency injection?", "Why use dependency injection?", Rule::Question),
    ("What is a virtual environment?", "How do I create a virtual environment?", Rule::Question),
    ("Create a pivot table", "What is a pivot table?", Rule::Question),
    ("Should I cancel my subscription?", "How do I cancel my subscription?", Rule::Question),
    ("Who built the wall?", "Who built the wall, and when was it built?", Rule::Question),
    ("How do I prune roses?", "When and how do I prune roses?", Rule::Question),
    ("What should I feed a kitten?", "How often should I feed a kitten?", Rule::Question),
    ("Take the file", "Put the file", Rule::Word),
    ("How do I put money in the ATM?", "How do I take money from the ATM?", Rule::Word),
    ("How do I create an account?", "How do I find an account?", Rule::Word),
    ("make it easier", "make it better", Rule::Word),
    ("What languages do you speak?", "What languages does she speak?", Rule::Antonym),
    ("Who is the CEO?", "Who was the CEO?", Rule::Antonym),
    ("Is it still open?", "Is it already open?", Rule::Antonym),
    ("What does git stash do?", "How do I use git stash?", Rule::Question),
    ("Can I use tabs?", "Should I use tabs?", Rule::Question),
];

fn rule(verdict: &Verdict) -> Option<Rule> {
    match verdict {
        Verdict::Agree => None,
        Verdict::Differ { rule, .. } => Some(*rule),
    }
}

#[test]
fn prompts_that_one_answer_serves_agree() {
    let wrong: Vec<_> = SAME.iter().map(|(a, b)| (a, b, agree(a, b))).filter(|row| row.2 != Verdict::Agree).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn prompts_that_ask_for_different_things_differ_by_the_rule_for_it() {
    let wrong: Vec<_> = DIFFERENT
        .iter()
        .map(|(a, b, expected)| (a, b, expected, agree(a, b)))
        .filter(|(_, _, expected, verdict)| rule(verdict) != Some(**expected))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_verdict_names_what_both_prompts_have() {
    assert_eq!(agree("Sales of 2023", "Sales of 2024").to_string(), r#"number: "2023" against "2024""#);
    assert_eq!(agree("turn it on", "switch it off").to_string(), r#"antonym: "turn … on" against "switch … off""#);
    assert_eq!(agree("It works", "It never works").to_string(), r#"negation: "" against "never""#);
    assert_eq!(agree("x", "x").to_string(), "agree");
}

fn pairs() -> Vec<(String, String, String)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/semantic/pairs.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let field = |pair: &serde_json::Value, name: &str| pair[name].as_str().unwrap().to_owned();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .map(|pair| (field(&pair, "kind"), field(&pair, "a"), field(&pair, "b")))
        .collect()
}

#[test]
fn the_guard_tells_near_misses_from_paraphrases() {
    let pairs = pairs();
    let count = |kind: &str, agreed: bool| {
        let of_kind = pairs.iter().filter(|pair| pair.0 == kind);
        of_kind.filter(|(_, a, b)| (agree(a, b) == Verdict::Agree) == agreed).count()
    };
    let (agreed, refused) = (count("paraphrase", true), count("near-miss", false));
    assert_eq!((agreed + count("paraphrase", false), refused + count("near-miss", true)), (482, 665));
    // What was reached. A change may raise these numbers; it may not lower them.
    assert!(agreed >= 345, "paraphrases that agree: {agreed}");
    assert!(refused >= 665, "near misses refused: {refused}");
}

#[test]
fn the_order_of_the_two_prompts_does_not_matter() {
    let table = SAME.iter().map(|(a, b)| (*a, *b)).chain(DIFFERENT.iter().map(|(a, b, _)| (*a, *b)));
    let pairs = pairs();
    for (a, b) in table.chain(pairs.iter().map(|(_, a, b)| (a.as_str(), b.as_str()))) {
        assert_eq!(rule(&agree(a, b)), rule(&agree(b, a)), "{a:?} and {b:?}");
    }
}

/// A small generator (xorshift64), so that a seed repeats a run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }

    /// Words of the prompts above, marks that the scanner treats apart, and any characters at all.
    fn text(&mut self) -> String {
        const MARKS: [&str; 24] = [
            " ",
            " ",
            "-",
            "--",
            "\"",
            "`",
            "'",
            ".",
            ",",
            "/",
            "°",
            "$",
            "€",
            "%",
            "I",
            "V",
            "9",
            "٣",
            "\n",
            "n't",
            "\u{200b}",
            "ß",
            "İ",
            "9999999999999999999999 billion ",
        ];
        let mut text = String::new();
        for _ in 0..self.below(40) {
            match self.below(4) {
                0 => text.extend(char::from_u32(u32::try_from(self.below(0x11_0000)).unwrap())),
                1 => text.push_str(DIFFERENT[self.below(DIFFERENT.len())].0),
                _ => text.push_str(MARKS[self.below(MARKS.len())]),
            }
        }
        text
    }
}

#[test]
fn any_text_at_all_gets_a_verdict_that_is_the_same_both_ways() {
    let seed = std::env::var("FERRITE_GUARD_SEED").map_or(0x5eed_cafe, |seed| seed.parse().unwrap());
    println!("FERRITE_GUARD_SEED={seed}");
    let mut random = Random(seed);
    for _ in 0..3000 {
        let (a, b) = (random.text(), random.text());
        assert_eq!(agree(&a, &a), Verdict::Agree);
        assert_eq!(rule(&agree(&a, &b)), rule(&agree(&b, &a)), "{a:?} and {b:?}");
        // A change of one prompt, so that the later rules are reached too.
        let close = format!("{a}!");
        assert_eq!(rule(&agree(&a, &close)), rule(&agree(&close, &a)), "{a:?}");
    }
}

#[test]
fn beyond_the_limits_only_equal_prompts_agree() {
    let long = "a".repeat(MAX_PROMPT_BYTES + 1);
    assert_eq!(agree(&long, &long), Verdict::Agree);
    assert_eq!(rule(&agree(&long, "a")), Some(Rule::Length));
    assert_eq!(rule(&agree("a", &long)), Some(Rule::Length));
    let many = "a ".repeat(MAX_PROMPT_WORDS + 1);
    assert_eq!(rule(&agree(&many, "a")), Some(Rule::Length));
    // One piece without white space has as many words as a prompt with it.
    let hyphens = "b-".repeat(MAX_PROMPT_BYTES / 2);
    assert_eq!(rule(&agree(&hyphens, "b")), Some(Rule::Length));
}

#[test]
fn a_verdict_repeats_no_more_than_a_log_line_holds() {
    let long = "x".repeat(MAX_PROMPT_BYTES / 2);
    let Verdict::Differ { left, right, .. } = agree(&long, "y") else { panic!("they differ") };
    assert!(left.chars().count() <= 48 && right.chars().count() <= 48);
}
