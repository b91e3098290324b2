//! Commands of its own: what is in stock, under one key for each article.
//!
//! ```text
//! STOCK.PUT pears 5            (integer) 5     how many there are now
//! STOCK.TAKE pears 3           (integer) 2
//! STOCK.TAKE pears 3           (error) SOLDOUT 1 are missing
//! STOCK.LEFT pears plums       1) (integer) 2  2) (integer) 0
//! STOCK.MOVE pears plums 1     OK
//! ```

use ferrite_udf::prelude::*;

ferrite_udf::commands! {
    Command::new("STOCK.PUT").arity(3).writes().key(1).summary("Adds to the stock of an article.") => put,
    Command::new("STOCK.TAKE").arity(3).writes().key(1).summary("Takes from the stock of an article, or nothing.") => take,
    Command::new("STOCK.MOVE").arity(4).writes().keys(1, 2, 1).summary("Takes from one article for another.") => shift,
    Command::new("STOCK.LEFT").arity(-2).reads().keys(1, -1, 1).summary("How many of each article there are.") => left,
}

/// `article count`: returns how many there are now.
pub fn put(args: Args) -> Result<i64> {
    let args = args.named(&["article", "count"]);
    let count: u32 = args.parse(1)?;
    Ok(strings::increment(args.get(0)?, count.into())?)
}

/// `article count`: returns how many are left.
pub fn take(args: Args) -> Result<i64> {
    let args = args.named(&["article", "count"]);
    let count: u32 = args.parse(1)?;
    take_from(args.get(0)?, count)
}

/// `article other count`: both, or nothing.
pub fn shift(args: Args) -> Result<()> {
    let args = args.named(&["article", "other", "count"]);
    let count: u32 = args.parse(2)?;
    // Written first, so that a failure shows that it is undone.
    strings::increment(args.get(1)?, count.into())?;
    take_from(args.get(0)?, count)?;
    Ok(())
}

/// `article …`: how many of each there are.
pub fn left(args: Args) -> Result<Vec<i64>> {
    let counts = strings::get_many(&args)?;
    counts.iter().map(|count| count.map_or(Ok(0), number)).collect()
}

fn take_from(article: &[u8], count: u32) -> Result<i64> {
    let left = strings::increment(article, -i64::from(count))?;
    if left < 0 {
        bail!(code: "SOLDOUT", "{} are missing", -left);
    }
    Ok(left)
}

fn number(text: &[u8]) -> Result<i64> {
    match std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()) {
        Some(number) => Ok(number),
        None => bail!("the key holds no stock"),
    }
}
