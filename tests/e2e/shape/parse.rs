//! The notation of the page, and the same out of a schema of the interface's description.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Field, Shape};

/// What stands in the blocks of a page, by name.
pub(super) fn declarations(page: &str) -> BTreeMap<String, Shape> {
    let blocks = page.split("```ts\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    let mut shapes = BTreeMap::new();
    for block in blocks {
        let mut tokens = Tokens::of(block);
        while tokens.takes("type") {
            let name = tokens.next();
            tokens.expects("=");
            let shape = shape(&mut tokens);
            assert!(shapes.insert(name.clone(), shape).is_none(), "{name} stands twice on the page");
        }
        assert_eq!(tokens.peek(), "", "a block is not read to its end");
    }
    shapes
}

/// Words, texts in quotation marks and signs, the comments left out.
struct Tokens {
    all: Vec<String>,
    read: usize,
}

impl Tokens {
    fn of(block: &str) -> Self {
        let mut all: Vec<String> = Vec::new();
        for line in block.lines() {
            let mut rest = line.trim_start();
            while !rest.is_empty() && !rest.starts_with("//") {
                let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                let end = match rest.strip_prefix('"') {
                    Some(inside) => inside.find('"').expect("a quotation mark") + 2,
                    None => word.max(1),
                };
                all.push(rest[..end].to_owned());
                rest = rest[end..].trim_start();
            }
        }
        Self { all, read: 0 }
    }

    fn peek(&self) -> &str {
        self.all.get(self.read).map_or("", String::as_str)
    }

    fn next(&mut self) -> String {
        let token = self.peek().to_owned();
        self.read += 1;
        token
    }

    fn takes(&mut self, token: &str) -> bool {
        let is = self.peek() == token;
        self.read += usize::from(is);
        is
    }

    fn expects(&mut self, token: &str) {
        let read = self.all[self.read.saturating_sub(4)..self.read].join(" ");
        assert!(self.takes(token), "{token} is expected after {read}, and not {}", self.peek());
    }
}

fn shape(tokens: &mut Tokens) -> Shape {
    tokens.takes("|");
    let mut shapes = vec![part(tokens)];
    while tokens.takes("|") {
        shapes.push(part(tokens));
    }
    if shapes.len() == 1 { shapes.remove(0) } else { Shape::OneOf(shapes) }
}

fn part(tokens: &mut Tokens) -> Shape {
    let mut parts = vec![listed(tokens)];
    while tokens.takes("&") {
        parts.push(listed(tokens));
    }
    if parts.len() == 1 { parts.remove(0) } else { Shape::All(parts) }
}

fn listed(tokens: &mut Tokens) -> Shape {
    let mut shape = single(tokens);
    while tokens.takes("[") {
        tokens.expects("]");
        shape = Shape::List(Box::new(shape));
    }
    shape
}

fn single(tokens: &mut Tokens) -> Shape {
    if tokens.takes("{") {
        return fields(tokens);
    }
    if tokens.takes("(") {
        let inside = shape(tokens);
        tokens.expects(")");
        return inside;
    }
    let token = tokens.next();
    match token.as_str() {
        "true" | "false" => Shape::Only(Value::Bool(token == "true")),
        text if text.starts_with('"') => Shape::Only(Value::String(text.trim_matches('"').to_owned())),
        _ => Shape::Named(token),
    }
}

fn fields(tokens: &mut Tokens) -> Shape {
    let mut fields = Vec::new();
    while !tokens.takes("}") {
        let name = tokens.next().trim_matches('"').to_owned();
        let optional = tokens.takes("?");
        tokens.expects(":");
        fields.push(Field { name, optional, shape: shape(tokens) });
        tokens.takes(",");
    }
    in_order(fields)
}

/// Which field stands first says nothing.
fn in_order(mut fields: Vec<Field>) -> Shape {
    fields.sort_by(|one, other| one.name.cmp(&other.name));
    Shape::Fields(fields)
}

/// What a schema says, but for how large numbers and lists may be.
pub(super) fn schema(schema: &Value) -> Shape {
    if let Some(name) = schema["$ref"].as_str() {
        return Shape::Named(name.rsplit('/').next().unwrap_or_default().to_owned());
    }
    if let Some(cases) = schema["oneOf"].as_array() {
        return Shape::OneOf(cases.iter().map(self::schema).collect());
    }
    if let Some(only) = schema.get("const") {
        return Shape::Only(only.clone());
    }
    if let Some(values) = schema["enum"].as_array() {
        return Shape::OneOf(values.iter().cloned().map(Shape::Only).collect());
    }
    match &schema["type"] {
        Value::Array(types) => Shape::OneOf(types.iter().map(|name| of_type(name.as_str().unwrap(), schema)).collect()),
        name => of_type(name.as_str().unwrap(), schema),
    }
}

fn of_type(name: &str, schema: &Value) -> Shape {
    match name {
        "array" => Shape::List(Box::new(self::schema(&schema["items"]))),
        "integer" => Shape::Named("number".to_owned()),
        "object" if schema["properties"].is_object() => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let field = |(name, schema): (&String, &Value)| Field {
                name: name.clone(),
                optional: !required.iter().any(|one| one == name),
                shape: self::schema(schema),
            };
            in_order(schema["properties"].as_object().unwrap().iter().map(field).collect())
        }
        name => Shape::Named(name.to_owned()),
    }
}
