//! What `docs/scripts.md` promises of an answer, read out of it, and whether an answer is that: neither less nor more.

mod parse;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

const PAGE: &str = include_str!("../../docs/scripts.md");

/// What a value may be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// A shape that the page names, or one of the notation's own.
    Named(String),
    /// This text, number or truth value.
    Only(Value),
    List(Box<Shape>),
    /// Field by field; one with a question mark may be left out.
    Fields(Vec<Field>),
    OneOf(Vec<Shape>),
    /// Fields of all of these.
    All(Vec<Shape>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) optional: bool,
    pub(crate) shape: Shape,
}

/// All that the page names.
pub(crate) fn shapes() -> &'static BTreeMap<String, Shape> {
    static SHAPES: OnceLock<BTreeMap<String, Shape>> = OnceLock::new();
    SHAPES.get_or_init(|| parse::declarations(PAGE))
}

/// The commands and their answers.
pub(crate) fn answers() -> &'static [Field] {
    match &shapes()["Answers"] {
        Shape::Fields(answers) => answers,
        other => panic!("Answers are {other:?}"),
    }
}

/// The command that these arguments give, as the page names it.
pub(crate) fn command(arguments: &[&str]) -> &'static str {
    let given = |at: usize, words: &[&str]| arguments[at..].starts_with(words);
    let mut best = ("kenes", usize::MAX, 0);
    for answer in answers() {
        let words: Vec<&str> = answer.name.split(' ').skip(1).collect();
        let found = (0..arguments.len()).find(|at| !words.is_empty() && given(*at, &words));
        if let Some(at) = found.filter(|at| (*at, usize::MAX - words.len()) < (best.1, usize::MAX - best.2)) {
            best = (&answer.name, at, words.len());
        }
    }
    best.0
}

/// Sees that a command's answer is as the page says.
pub(crate) fn hold(arguments: &[&str], answer: &Value) {
    let name = command(arguments);
    let promised = answers().iter().find(|answer| answer.name == name).unwrap();
    fit(&promised.shape, answer).unwrap_or_else(|why| panic!("{name}: {why} in {answer}"));
}

/// Sees that an error is as the page says.
pub(crate) fn hold_failure(failure: &Value) {
    fit(&shapes()["Failure"], failure).unwrap_or_else(|why| panic!("{why} in {failure}"));
}

/// Says what does not fit, and where.
fn fit(shape: &Shape, value: &Value) -> Result<(), String> {
    match shape {
        Shape::Named(name) => match is_own(name, value) {
            Some(true) => Ok(()),
            Some(false) => Err(format!("no {name}: {value}")),
            None => fit(shapes().get(name).unwrap_or_else(|| panic!("{name} is nowhere on the page")), value),
        },
        Shape::Only(only) => {
            if only == value {
                Ok(())
            } else {
                Err(format!("not {only}: {value}"))
            }
        }
        Shape::List(item) => {
            let items = value.as_array().ok_or_else(|| format!("no list: {value}"))?;
            items.iter().try_for_each(|value| fit(item, value))
        }
        Shape::OneOf(shapes) => {
            let why: Result<Vec<String>, ()> = shapes.iter().map(|shape| fit(shape, value).err().ok_or(())).collect();
            why.map_or(Ok(()), |why| Err(why.join(", and ")))
        }
        Shape::Fields(_) | Shape::All(_) => fields_fit(&fields(shape), value),
    }
}

fn fields_fit(promised: &[Field], value: &Value) -> Result<(), String> {
    let found = value.as_object().ok_or_else(|| format!("no object: {value}"))?;
    for field in promised {
        match found.get(&field.name) {
            Some(value) => fit(&field.shape, value).map_err(|why| format!("{}: {why}", field.name))?,
            None if field.optional => {}
            None => return Err(format!("{} is gone", field.name)),
        }
    }
    let unknown = found.keys().find(|name| promised.iter().all(|field| field.name != **name));
    unknown.map_or(Ok(()), |name| Err(format!("{name} is nowhere on the page")))
}

/// The fields of an object, through names.
pub(crate) fn fields(shape: &Shape) -> Vec<Field> {
    match shape {
        Shape::Named(name) => fields(&shapes()[name]),
        Shape::Fields(own) => own.clone(),
        Shape::All(parts) => parts.iter().flat_map(fields).collect(),
        Shape::Only(_) | Shape::List(_) | Shape::OneOf(_) => panic!("no object: {shape:?}"),
    }
}

/// Whether a value is one of the notation's own, where the name is one of those.
fn is_own(name: &str, value: &Value) -> Option<bool> {
    let text = || value.as_str().unwrap_or_default();
    Some(match name {
        "string" => value.is_string(),
        "number" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "object" => value.is_object(),
        "Id" => text().len() == 64 && text().bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')),
        "Moment" => {
            let at = text().parse::<kenes_web::api::Moment>();
            text().len() == 20 && at.is_ok_and(|at| at.to_string() == text())
        }
        _ => return None,
    })
}

mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_too_few_or_too_many_or_of_another_kind_is_found() {
        let check = |check: Value| fit(&Shape::Named("Findings".into()), &json!({ "settings": [], "checks": [check] }));
        assert_eq!(check(json!({ "name": "", "ok": true, "detail": "" })), Ok(()));
        assert_eq!(check(json!({ "name": "", "detail": "" })), Err("checks: ok is gone".into()));
        let more = json!({ "name": "", "ok": true, "detail": "", "how": 1 });
        assert_eq!(check(more), Err("checks: how is nowhere on the page".into()));
        assert!(check(json!({ "name": "", "ok": 1, "detail": "" })).is_err_and(|why| why.contains("ok: no boolean")));
        let reason = |reason: Value| fit(&shapes()["Failure"], &json!({ "error": reason }));
        assert_eq!(reason(json!({ "kind": "usage", "message": "" })), Ok(()));
        assert!(reason(json!({ "kind": "usage", "message": "", "hint": null })).is_err());
        for (name, value) in [("Id", json!("ab")), ("Moment", json!("2026-11-24 18:00")), ("DeskState", json!("ajar"))]
        {
            assert!(fit(&Shape::Named(name.into()), &value).is_err(), "{name}");
        }
    }

    #[test]
    fn the_longest_command_that_comes_first_is_meant() {
        for (arguments, meant) in [
            (&[][..], "kenes"),
            (&["clock"], "kenes clock"),
            (&["clock", "right"], "kenes clock right"),
            (&["-c", "Цех", "bulletin", "post", "status"], "kenes bulletin post"),
        ] {
            assert_eq!(command(arguments), meant, "{arguments:?}");
        }
    }

    /// The interface's own description, whose every route is held to what it answers, has the same shapes.
    #[test]
    fn the_page_and_the_description_of_the_interface_say_the_same() {
        let description: Value = serde_json::from_str(include_str!("../../crates/web/openapi.json")).unwrap();
        let described = description["components"]["schemas"].as_object().unwrap();
        for (name, shape) in shapes().iter().filter(|(name, _)| *name != "Cause" && *name != "Reason") {
            if let Some(schema) = described.get(name) {
                assert_eq!(shape, &parse::schema(schema), "{name}");
            }
        }
    }
}
