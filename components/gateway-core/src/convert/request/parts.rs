//! Content: parts of chat messages and blocks of messages.

use super::super::fields::{Object, Path, copy_unknown, get, object, required, string, text};
use super::super::problem::Problem;
use serde_json::{Value, json};

/// The blocks of a chat message's `content`: a string or an array of parts. Empty texts are left out, as the Messages
/// API refuses them.
pub(super) fn to_blocks(content: &Value, at: &Path<'_>) -> Result<Vec<Value>, Problem> {
    match content {
        Value::Null => Ok(Vec::new()),
        Value::String(text) if text.is_empty() => Ok(Vec::new()),
        Value::String(text) => Ok(vec![text_block(text)]),
        Value::Array(parts) => {
            let mut blocks = Vec::with_capacity(parts.len());
            for (index, part) in parts.iter().enumerate() {
                blocks.extend(to_block(part, &at.index(index))?);
            }
            Ok(blocks)
        }
        other => Err(at.invalid(other, "a string or an array of parts")),
    }
}

pub(super) fn text_block(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

fn to_block(part: &Value, at: &Path<'_>) -> Result<Option<Value>, Problem> {
    let part = object(part, at)?;
    let block = match required(part, at, "type")? {
        "text" => match required(part, at, "text")? {
            "" => return Ok(None),
            text => text_block(text),
        },
        "refusal" => match required(part, at, "refusal")? {
            "" => return Ok(None),
            text => text_block(text),
        },
        "image_url" => image_block(part, at)?,
        "file" => file_block(part, at)?,
        _ => {
            let kind = part.get("type").unwrap_or(&Value::Null);
            return Err(at.key("type").inexpressible(kind, "text, image_url, and file with a PDF"));
        }
    };
    Ok(Some(with_rest(block, part, &["type", "text", "refusal", "image_url", "file", "prompt_cache_breakpoint"])))
}

/// The block with the part's other fields (`cache_control` among them), and a cache breakpoint in Anthropic's words.
fn with_rest(mut block: Value, part: &Object, known: &[&str]) -> Value {
    if let Some(block) = block.as_object_mut() {
        copy_unknown(part, known, block);
        if get(part, "prompt_cache_breakpoint").is_some() && !block.contains_key("cache_control") {
            block.insert("cache_control".into(), json!({ "type": "ephemeral" }));
        }
    }
    block
}

fn image_block(part: &Object, at: &Path<'_>) -> Result<Value, Problem> {
    let at = at.key("image_url");
    let image = part.get("image_url").ok_or_else(|| at.missing("an object with `url`"))?;
    // Some clients send the address itself.
    let url = match image {
        Value::String(url) => url,
        other => required(object(other, &at)?, &at, "url")?,
    };
    let at = at.key("url");
    if url.starts_with("https://") || url.starts_with("http://") {
        return Ok(json!({ "type": "image", "source": { "type": "url", "url": url } }));
    }
    match data_url(url) {
        Some((media_type, data)) => Ok(json!({
            "type": "image",
            "source": { "type": "base64", "media_type": media_type, "data": data },
        })),
        None => Err(at.inexpressible(&json!(url), "https://…, or data:image/png;base64,…")),
    }
}

fn file_block(part: &Object, at: &Path<'_>) -> Result<Value, Problem> {
    let at = at.key("file");
    let file = part.get("file").ok_or_else(|| at.missing("an object with `file_data`"))?;
    let file = object(file, &at)?;
    let possible = "file_data with data:application/pdf;base64,…";
    let Some(data) = string(file, &at, "file_data")? else {
        return Err(at.inexpressible(&Value::Object(file.clone()), possible));
    };
    match data_url(data) {
        Some(("application/pdf", data)) => {
            let source = json!({ "type": "base64", "media_type": "application/pdf", "data": data });
            let mut block = json!({ "type": "document", "source": source });
            if let (Some(name), Some(block)) = (text(file, "filename"), block.as_object_mut()) {
                block.insert("title".into(), json!(name));
            }
            Ok(block)
        }
        _ => Err(at.key("file_data").inexpressible(&json!(data), possible)),
    }
}

/// Media type and base64 text of a `data:` URL (RFC 2397) in base64; parameters such as a charset are left out.
fn data_url(url: &str) -> Option<(&str, &str)> {
    let scheme = url.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:"))?;
    let (head, data) = url.get(scheme.len()..)?.split_once(',')?;
    let mut words = head.split(';');
    let media_type = words.next().filter(|media_type| media_type.contains('/'))?;
    words.any(|word| word.eq_ignore_ascii_case("base64")).then_some((media_type, data))
}

/// The parts of a messages block that may stand in a user's message: text, images, documents.
pub(super) fn to_parts(block: &Value, at: &Path<'_>, parts: &mut Vec<Value>) -> Result<(), Problem> {
    let block = object(block, at)?;
    let part = match required(block, at, "type")? {
        "text" => json!({ "type": "text", "text": required(block, at, "text")? }),
        "image" => image_part(block, at)?,
        "document" => return document_parts(block, at, parts),
        _ => {
            let kind = block.get("type").unwrap_or(&Value::Null);
            return Err(at.key("type").inexpressible(kind, "text, image, document"));
        }
    };
    let mut part = part;
    if let Some(part) = part.as_object_mut() {
        copy_unknown(block, &["source", "cache_control", "citations", "transformations"], part);
    }
    parts.push(part);
    Ok(())
}

fn source<'a>(block: &'a Object, at: &Path<'_>) -> Result<&'a Object, Problem> {
    let at = at.key("source");
    object(block.get("source").ok_or_else(|| at.missing("an object"))?, &at)
}

fn image_part(block: &Object, at: &Path<'_>) -> Result<Value, Problem> {
    let source = source(block, at)?;
    let at = at.key("source");
    let url = match required(source, &at, "type")? {
        "base64" => {
            let (media_type, data) = (required(source, &at, "media_type")?, required(source, &at, "data")?);
            format!("data:{media_type};base64,{data}")
        }
        "url" => required(source, &at, "url")?.to_owned(),
        other => return Err(at.key("type").inexpressible(&json!(other), "base64, url")),
    };
    Ok(json!({ "type": "image_url", "image_url": { "url": url } }))
}

fn document_parts(block: &Object, at: &Path<'_>, parts: &mut Vec<Value>) -> Result<(), Problem> {
    let source = source(block, at)?;
    let at = at.key("source");
    match required(source, &at, "type")? {
        "text" => parts.push(json!({ "type": "text", "text": required(source, &at, "data")? })),
        "base64" => {
            let (media_type, data) = (required(source, &at, "media_type")?, required(source, &at, "data")?);
            let name = text(block, "title").unwrap_or("document.pdf");
            let data = format!("data:{media_type};base64,{data}");
            parts.push(json!({ "type": "file", "file": { "filename": name, "file_data": data } }));
        }
        "content" => match source.get("content") {
            Some(Value::String(text)) => parts.push(json!({ "type": "text", "text": text })),
            Some(Value::Array(blocks)) => {
                for (index, block) in blocks.iter().enumerate() {
                    let at = at.key("content");
                    let at = at.index(index);
                    // Documents do not nest, so neither does this.
                    let kind = block.get("type").unwrap_or(&Value::Null);
                    if kind == "document" {
                        return Err(at.key("type").invalid(kind, "text or image"));
                    }
                    to_parts(block, &at, parts)?;
                }
            }
            other => return Err(at.key("content").invalid(other.unwrap_or(&Value::Null), "a string or an array")),
        },
        other => return Err(at.key("type").inexpressible(&json!(other), "base64, text, content")),
    }
    Ok(())
}

/// Content as one string, if it is a string or only texts; `separator` stands between the texts.
pub(super) fn joined_text(content: &Value, at: &Path<'_>, separator: &str) -> Result<String, Problem> {
    match content {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Array(blocks) => {
            let mut joined = String::new();
            for (index, block) in blocks.iter().enumerate() {
                let at = at.index(index);
                let block = object(block, &at)?;
                match required(block, &at, "type")? {
                    "text" => {
                        if !joined.is_empty() {
                            joined.push_str(separator);
                        }
                        joined.push_str(required(block, &at, "text")?);
                    }
                    other => return Err(at.key("type").inexpressible(&json!(other), "text")),
                }
            }
            Ok(joined)
        }
        other => Err(at.invalid(other, "a string or an array")),
    }
}
