//! Records a player's score, and says who stands around it: one call for what takes a client three.
//!
//! ```text
//! WASM.CALL leaderboard KEYS board ARGS ada 1200
//! 1) (integer) 3        Ada's place, the best being 1
//! 2) "1200"             her best score so far
//! 3) 1) 1) "eve"        who is up to two places before and behind her, in order
//!       2) "1250"
//!    …
//! ```
//!
//! Only a player's best score counts: a lower one changes nothing.

use ferrite_udf::prelude::*;
use sorted_sets::{Condition, Order, Selection};

/// How many places around the player are shown in either direction, unless ARGS say.
const AROUND: u32 = 2;
/// The most that they may ask for.
const AROUND_MAX: u32 = 100;

/// A place, a score, and the players around with theirs.
type Standing = (u64, f64, Vec<(Vec<u8>, f64)>);

/// KEYS: the board. ARGS: `player score [around]`.
#[ferrite_udf::function]
pub fn call(keys: Keys, args: Args) -> Result<Standing> {
    let args = args.named(&["player", "score", "around"]);
    let (board, player) = (keys.get(0)?, args.get(0)?);
    let score: f64 = args.parse(1)?;
    let around = args.parse_or(2, AROUND)?;
    if around > AROUND_MAX {
        bail!("at most {AROUND_MAX} places around are shown");
    }
    sorted_sets::add_with(board, &[(player, score)], Condition::IfGreater)?;
    let best = sorted_sets::score(board, player)?.unwrap_or(score);
    let Some(rank) = sorted_sets::rank(board, player, Order::Descending)? else {
        bail!("the player has just been there");
    };
    // A rank below 0 would count from the other end.
    let first = rank.saturating_sub(u64::from(around)).cast_signed();
    let last = rank.saturating_add(u64::from(around)).cast_signed();
    let neighbours = sorted_sets::range(board, &Selection::Ranks(first, last), Order::Descending, 0, 2 * around + 1)?;
    let neighbours = neighbours.into_iter().map(|scored| (scored.member, scored.score)).collect();
    Ok((rank + 1, best, neighbours))
}
