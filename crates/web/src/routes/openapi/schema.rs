//! Whether a value is what a schema of the document says. Stricter than a schema is meant: a field that it does not name
//! is an error, and so is a keyword that this does not know.

use serde_json::{Map, Value};

use crate::api::Moment;

/// The schema that `schema` stands for.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(name) => document.pointer(&name[1..]).unwrap_or_else(|| panic!("{name} is not there")),
        None => schema,
    }
}

/// Says what does not fit, and where.
pub(super) fn fit(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let schema = resolved(document, schema).as_object().unwrap_or_else(|| panic!("no schema: {schema}"));
    for (keyword, rule) in schema {
        keep(document, schema, keyword, rule, value).map_err(|why| format!("{why} in {value}"))?;
    }
    Ok(())
}

fn keep(
    document: &Value,
    schema: &Map<String, Value>,
    keyword: &str,
    rule: &Value,
    value: &Value,
) -> Result<(), String> {
    let kept = match keyword {
        // The one is for people, the other read with the properties.
        "description" | "required" => true,
        "type" => match rule {
            Value::Array(types) => types.iter().any(|name| is(name, value)),
            name => is(name, value),
        },
        "const" => rule == value,
        "enum" => rule.as_array().is_some_and(|values| values.contains(value)),
        "oneOf" => {
            let cases = rule.as_array().map(Vec::as_slice).unwrap_or_default();
            cases.iter().filter(|case| fit(document, case, value).is_ok()).count() == 1
        }
        "minimum" => value.is_null() || value.as_u64() >= rule.as_u64(),
        "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap_or(0)),
        "maxItems" => value.as_array().is_none_or(|items| items.len() as u64 <= rule.as_u64().unwrap_or(0)),
        "format" => {
            let text = value.as_str().unwrap_or_default();
            rule == "date-time" && text.parse().is_ok_and(|moment: Moment| moment.to_string() == text)
        }
        "pattern" => {
            let text = value.as_str().unwrap_or_default();
            let hexadecimal = text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
            match rule.as_str() {
                Some("^[0-9a-f]{64}$") => hexadecimal && text.len() == 64,
                Some("^[0-9a-f]{4,64}$") => hexadecimal && (4..=64).contains(&text.len()),
                other => panic!("a pattern that this does not know: {other:?}"),
            }
        }
        "items" => {
            return value.as_array().into_iter().flatten().try_for_each(|item| fit(document, rule, item));
        }
        "additionalProperties" => {
            return value.as_object().into_iter().flatten().try_for_each(|(_, field)| fit(document, rule, field));
        }
        "properties" => return properties(document, schema, rule, value),
        other => panic!("a keyword that this does not know: {other}"),
    };
    if kept { Ok(()) } else { Err(format!("{keyword} {rule}")) }
}

fn is(name: &Value, value: &Value) -> bool {
    match name.as_str() {
        Some("null") => value.is_null(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("string") => value.is_string(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        other => panic!("a type that this does not know: {other:?}"),
    }
}

fn properties(document: &Value, schema: &Map<String, Value>, known: &Value, value: &Value) -> Result<(), String> {
    let fields = value.as_object().ok_or("no object")?;
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        fields.get(name).ok_or_else(|| format!("no {name}"))?;
    }
    for (name, value) in fields {
        let rule = known.get(name).ok_or_else(|| format!("{name} is not in the document"))?;
        fit(document, rule, value).map_err(|why| format!("{name}: {why}"))?;
    }
    Ok(())
}
