//! What a vector file holds: a rule and its cases, and how bytes are written down in it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A rule: how its cases are judged, and how its file is generated.
#[derive(Clone)]
pub(crate) struct Rule {
    /// As in `docs/wire-format.md`.
    pub(crate) id: &'static str,
    /// The rest of the file's name.
    pub(crate) name: &'static str,
    /// What is done with the inputs.
    pub(crate) says: &'static str,
    /// What comes out of one case's inputs, or the name of the error.
    pub(crate) check: fn(&Fields) -> Result<Fields, String>,
    /// The cases.
    pub(crate) cases: fn() -> Vec<Case>,
}

impl Rule {
    pub(crate) fn file(&self) -> String {
        format!("{}-{}.json", self.id.to_lowercase(), self.name)
    }

    pub(crate) fn generate(&self) -> File {
        let mut cases = (self.cases)();
        for case in cases.iter_mut().filter(|case| case.expect == Expect::Accept && case.output.0.is_empty()) {
            case.output =
                (self.check)(&case.input).unwrap_or_else(|error| panic!("{} {}: {error}", self.id, case.name));
        }
        File { rule: self.id.into(), says: self.says.into(), cases }
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct File {
    pub(crate) rule: String,
    pub(crate) says: String,
    pub(crate) cases: Vec<Case>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Expect {
    Accept,
    Reject,
}

/// One case.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) expect: Expect,
    /// What this implementation calls the reason for which it refuses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    pub(crate) input: Fields,
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub(crate) output: Fields,
}

pub(crate) fn accept(name: &str) -> Case {
    Case { name: name.into(), expect: Expect::Accept, error: None, input: Fields::new(), output: Fields::new() }
}

pub(crate) fn reject(name: &str, error: &str) -> Case {
    Case { expect: Expect::Reject, error: Some(error.into()), ..accept(name) }
}

impl Case {
    pub(crate) fn bytes(mut self, key: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.input = self.input.with_bytes(key, bytes);
        self
    }

    pub(crate) fn value(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.input = self.input.with(key, value);
        self
    }

    /// Whether `rule` judges this case as the file says; else what differs.
    pub(crate) fn judge(&self, rule: &Rule) -> Result<(), String> {
        let found = (rule.check)(&self.input);
        let right = match (self.expect, &found) {
            (Expect::Accept, Ok(output)) => *output == self.output,
            (Expect::Reject, Err(error)) => self.error.as_deref() == Some(error.as_str()),
            (Expect::Accept, Err(_)) | (Expect::Reject, Ok(_)) => false,
        };
        let found = match found {
            Ok(_) => "accepted".to_owned(),
            Err(error) => format!("refused: {error}"),
        };
        if right {
            Ok(())
        } else {
            Err(format!("{} {:?}: {:?} {:?}, and it was {found}", rule.id, self.name, self.expect, self.error))
        }
    }
}

/// Named values. Bytes are hexadecimal, or a list of pieces: hexadecimal, `{"repeat": hex, "times": n}`, or
/// `{"numbers": n}`, the numbers 1 to n, each as 32 big-endian bytes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Fields(pub(crate) Map<String, Value>);

impl Fields {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.into(), value.into());
        self
    }

    pub(crate) fn with_bytes(self, key: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.with(key, to_value(bytes.as_ref()))
    }

    pub(crate) fn bytes(&self, key: &str) -> Vec<u8> {
        from_value(self.0.get(key).unwrap_or_else(|| panic!("no {key}")))
    }

    /// 32, 24 or however many bytes.
    pub(crate) fn array<const N: usize>(&self, key: &str) -> [u8; N] {
        self.bytes(key).try_into().unwrap_or_else(|_| panic!("{key} is not {N} bytes long"))
    }

    pub(crate) fn optional(&self, key: &str) -> Option<Vec<u8>> {
        self.0.get(key).map(from_value)
    }

    pub(crate) fn text(&self, key: &str) -> &str {
        self.0.get(key).and_then(Value::as_str).unwrap_or_else(|| panic!("no {key}"))
    }

    pub(crate) fn number(&self, key: &str) -> u64 {
        self.0.get(key).and_then(Value::as_u64).unwrap_or_else(|| panic!("no {key}"))
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

fn unhex(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap()
}

/// Runs of one byte at least this long are written as one piece.
const RUN: usize = 64;

fn to_value(bytes: &[u8]) -> Value {
    let mut pieces = vec![];
    let (mut at, mut plain) = (0, 0);
    while at < bytes.len() {
        if let Some((piece, length)) = run(&bytes[at..]) {
            if plain < at {
                pieces.push(json!(hex(&bytes[plain..at])));
            }
            pieces.push(piece);
            at += length;
            plain = at;
        } else {
            at += 1;
        }
    }
    if pieces.is_empty() {
        return json!(hex(bytes));
    }
    if plain < at {
        pieces.push(json!(hex(&bytes[plain..at])));
    }
    Value::Array(pieces)
}

fn run(bytes: &[u8]) -> Option<(Value, usize)> {
    let times = bytes.iter().take_while(|byte| **byte == bytes[0]).count();
    if times >= RUN {
        return Some((json!({ "repeat": hex(&bytes[..1]), "times": times }), times));
    }
    let count = bytes.chunks_exact(32).zip(1u64..).take_while(|(chunk, n)| *chunk == number(*n)).count();
    (count >= 2).then(|| (json!({ "numbers": count }), count * 32))
}

fn from_value(value: &Value) -> Vec<u8> {
    let piece = |value: &Value| match (value.as_str(), value["repeat"].as_str(), value["numbers"].as_u64()) {
        (Some(text), _, _) => unhex(text),
        (None, Some(text), _) => unhex(text).repeat(value["times"].as_u64().unwrap() as usize),
        (None, None, Some(count)) => (1..=count).flat_map(number).collect(),
        (None, None, None) => panic!("no bytes: {value}"),
    };
    match value.as_array() {
        Some(pieces) => pieces.iter().flat_map(piece).collect(),
        None => piece(value),
    }
}

/// A number as 32 big-endian bytes.
pub(crate) fn number(n: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[24..].copy_from_slice(&n.to_be_bytes());
    bytes
}

/// What an error is called: its `Debug` form.
pub(crate) fn name(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}
