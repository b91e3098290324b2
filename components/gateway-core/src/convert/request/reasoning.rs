//! How much a model thinks: `reasoning_effort` of chat requests, `thinking` and `output_config.effort` of messages.

use super::super::fields::{Object, Path, get, text};
use super::super::problem::Problem;
use super::Thinking;
use serde_json::{Value, json};

/// Budgets in tokens per effort: doubled, then fourfold, up to what the models before adaptive thinking can write. The
/// Messages API takes none below 1,024.
const BUDGETS: [(&str, u64); 6] = [
    ("minimal", SMALLEST_BUDGET),
    ("low", 2_048),
    ("medium", 8_192),
    ("high", 16_384),
    ("xhigh", 32_768),
    ("max", 65_536),
];

const SMALLEST_BUDGET: u64 = 1_024;

/// What decides whether a request may think.
pub(super) struct Situation {
    /// `max_tokens` of the request; thinking counts towards it.
    pub(super) max_tokens: u64,
    /// The request forces a tool call, which excludes thinking.
    pub(super) tool_forced: bool,
    /// The request continues a turn whose tool calls came without thinking: with a budget the API would insist on it.
    pub(super) continues_without_thinking: bool,
    /// The request sets sampling parameters to values that exclude thinking.
    pub(super) sampled: bool,
}

/// Sets `thinking` and the effort in `output_config` for a `reasoning_effort`. An effort is a wish: where the API
/// would refuse the whole request for it, it is left out.
pub(super) fn to_messages(
    effort: &Value,
    at: &Path<'_>,
    style: Thinking,
    situation: &Situation,
    request: &mut Object,
    output_config: &mut Object,
) -> Result<(), Problem> {
    let expected = "none, minimal, low, medium, high, xhigh or max";
    let effort = effort.as_str().ok_or_else(|| at.invalid(effort, expected))?;
    let budget = BUDGETS.iter().find(|(name, _)| *name == effort).map(|(_, budget)| *budget);
    let client_decided = request.contains_key("thinking");
    match (style, budget) {
        (Thinking::None, _) => {}
        (_, None) if effort == "none" => {
            if !client_decided {
                request.insert("thinking".into(), json!({ "type": "disabled" }));
            }
        }
        (_, None) => return Err(at.invalid(&json!(effort), expected)),
        (Thinking::Adaptive, Some(_)) => {
            let effort = if effort == "minimal" { "low" } else { effort };
            output_config.entry("effort").or_insert_with(|| json!(effort));
            if !client_decided && !situation.tool_forced && !situation.sampled {
                request.insert("thinking".into(), json!({ "type": "adaptive" }));
            }
        }
        (Thinking::Budget, Some(budget)) => {
            // A quarter at least is for the answer itself.
            let budget = budget.min(situation.max_tokens / 4 * 3);
            let refused = situation.tool_forced || situation.continues_without_thinking || situation.sampled;
            let possible = budget >= SMALLEST_BUDGET && !refused;
            if !client_decided && possible {
                request.insert("thinking".into(), json!({ "type": "enabled", "budget_tokens": budget }));
            }
        }
    }
    Ok(())
}

/// The `reasoning_effort` of a messages request, if it says how much to think. `disabled` and `adaptive` say that the
/// model decides or does not think; a model behind the Chat API then does as it does by default.
pub(super) fn to_chat(request: &Object) -> Option<String> {
    let output_config = get(request, "output_config").and_then(Value::as_object);
    if let Some(effort) = output_config.and_then(|config| text(config, "effort")) {
        return Some(effort.to_owned());
    }
    let thinking = get(request, "thinking").and_then(Value::as_object)?;
    if text(thinking, "type") != Some("enabled") {
        return None;
    }
    let budget = thinking.get("budget_tokens").and_then(Value::as_u64)?;
    let nearest = BUDGETS.iter().rev().find(|(_, smallest)| *smallest <= budget);
    Some(nearest.map_or("low", |(effort, _)| if *effort == "minimal" { "low" } else { effort }).to_owned())
}
