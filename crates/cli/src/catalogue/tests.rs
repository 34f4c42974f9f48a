//! That every language says everything, with the same arguments, and nothing that is never said.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use fluent_bundle::FluentResource;
use kenes_core::relay::Reason;
use kenes_web::api::{ApiError, Cause, ErrorKind};

use super::*;
use crate::args::Cli;
use crate::error::{CommandError, OwnKind};
use crate::help;

/// The messages of a language: key → the arguments that it uses.
fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = None;
    for line in lang.source().lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let key = line.split(' ').next().unwrap().to_owned();
            assert!(!messages.contains_key(&key), "{} stands twice in {}", key, lang.tag());
            messages.insert(key.clone(), BTreeSet::new());
            current = Some(key);
        }
        let Some(key) = &current else { continue };
        let names = line.split('$').skip(1).map(|rest| {
            rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).next().unwrap().to_owned()
        });
        messages.get_mut(key).unwrap().extend(names);
    }
    messages
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, found),
            false => found.push(path),
        }
    }
}

/// All program text, the interface's too, but the tests in `tests.rs`, which name keys to check them.
fn program() -> String {
    let mut files = Vec::new();
    for folder in ["src", "../web/src"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    }
    let files = files.iter().filter(|path| !path.ends_with("catalogue/tests.rs"));
    files.map(|path| std::fs::read_to_string(path).unwrap()).collect::<Vec<_>>().join("\n")
}

/// Keys that are put together at run time, and why each may be.
fn composed() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for name in OwnKind::ALL.iter().map(|kind| kind.name()).chain(ErrorKind::ALL.iter().map(|kind| kind.name())) {
        keys.insert(format!("error-{name}"));
        keys.insert(format!("hint-{name}"));
    }
    for name in Cause::ALL.iter().map(|cause| cause.name()) {
        keys.extend([format!("cause-{name}"), format!("hint-{name}")]);
    }
    keys.extend(Reason::ALL.iter().map(|reason| format!("fault-{}", reason.name())));
    collect_help(&Cli::command(), "", &mut keys);
    keys
}

fn collect_help(command: &clap::Command, path: &str, keys: &mut BTreeSet<String>) {
    keys.insert(help::about_key(path));
    for argument in command.get_arguments() {
        keys.extend(help::argument_keys(path, argument.get_id().as_str()));
        keys.extend(argument.get_value_names().into_iter().flatten().map(|name| help::value_key(name)));
    }
    for sub in command.get_subcommands() {
        collect_help(sub, &help::below(path, sub.get_name()), keys);
    }
}

#[test]
fn every_catalogue_parses() {
    for lang in Lang::ALL {
        let errors = FluentResource::try_new(lang.source().to_owned()).err().map(|(_, errors)| errors);
        assert!(errors.is_none(), "{}: {errors:?}", lang.tag());
    }
}

#[test]
fn every_language_has_the_same_keys_with_the_same_arguments() {
    let english = messages(Lang::En);
    for lang in Lang::ALL {
        let other = messages(lang);
        for (key, arguments) in &english {
            assert_eq!(other.get(key), Some(arguments), "{key} in {}", lang.tag());
        }
        let more: Vec<_> = other.keys().filter(|key| !english.contains_key(*key)).collect();
        assert!(more.is_empty(), "only in {}: {more:?}", lang.tag());
    }
}

#[test]
fn every_key_is_said_somewhere() {
    let (program, composed) = (program(), composed());
    let literal = |key: &str| program.contains(&format!("\"{key}\""));
    let detail = |key: &str| {
        let named =
            key.strip_prefix("what-").or_else(|| key.strip_prefix("check-")).or_else(|| key.strip_prefix("part-"));
        named.is_some_and(|name| program.contains(&format!("\"{name}\"")))
    };
    let silent: Vec<String> =
        messages(Lang::En).into_keys().filter(|key| !composed.contains(key) && !literal(key) && !detail(key)).collect();
    assert!(silent.is_empty(), "never said: {silent:?}");
}

#[test]
fn everything_said_has_a_key() {
    let english = messages(Lang::En);
    let program = program();
    for call in [".text(\"", ".say(\"", ".remark(\"", ".pair(\"", ".ask(\"", ".question(\""] {
        for said in program.split(call).skip(1) {
            let key = said.split('"').next().unwrap();
            assert!(english.contains_key(key), "no message for {key}");
        }
    }
    // Whatever looks like a key is one, in tables and matches too.
    let beginnings: BTreeSet<&str> = english.keys().filter_map(|key| key.split('-').next()).collect();
    for literal in program.split('"') {
        let plain = literal.bytes().all(|c| c.is_ascii_lowercase() || c == b'-' || c == b'_');
        let beginning = literal.split_once('-').filter(|(_, rest)| plain && !rest.is_empty()).map(|(first, _)| first);
        if beginning.is_some_and(|first| beginnings.contains(first)) {
            assert!(english.contains_key(literal), "no message for {literal}");
        }
    }
    for kind in OwnKind::ALL.iter().map(|kind| kind.name()).chain(ErrorKind::ALL.iter().map(|kind| kind.name())) {
        assert!(english.contains_key(&format!("error-{kind}")), "no sentence for the error {kind}");
    }
    for reason in Reason::ALL {
        assert!(english.contains_key(&format!("fault-{}", reason.name())), "no words for {reason:?}");
    }
    for cause in Cause::ALL {
        assert!(english.contains_key(&format!("cause-{}", cause.name())), "no words for {cause:?}");
    }
}

/// Beside the tables that name each of them once, where they are given their exit codes.
#[test]
fn every_kind_and_every_cause_is_given_somewhere() {
    let program = program();
    let given = |name: String, besides: usize| {
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        let times = program.split(name.as_str()).skip(1).filter(|rest| ends(rest)).count();
        assert!(times > besides, "nothing gives {name}");
    };
    ErrorKind::ALL.iter().for_each(|kind| given(format!("ErrorKind::{kind:?}"), 1));
    OwnKind::ALL.iter().for_each(|kind| given(format!("OwnKind::{kind:?}"), 0));
    for cause in Cause::ALL {
        let by_the_system = cause.arguments().is_empty() && program.contains(&format!("=> Self::{cause:?},"));
        given(if by_the_system { format!("Self::{cause:?}") } else { format!("Cause::{cause:?}") }, 0);
    }
}

/// What stands for each detail where errors are tried out.
fn sample(name: &str) -> &'static str {
    match name {
        "path" => "/home/a/.local/share/kenes",
        "address" => "/ip4/192.168.1.5/tcp/4070",
        "limit" | "length" | "least" | "most" | "line" | "code" | "found" | "known" | "holder" | "whole" | "count"
        | "no" | "signed" | "needed" | "newest" => "7",
        "key" | "nearest" => "node.listen",
        "date" => "2020-01-01T00:00:00Z",
        // Sentences of the catalogue by themselves.
        "problem" | "question" | "step" => "Мәтін",
        _ => "abcd",
    }
}

fn told_in_every_language(error: &CommandError) {
    for lang in Lang::ALL {
        let words = Catalogue::load(lang);
        let (message, hint) = (error.message(&words), error.hint(&words));
        let name = error.kind_name();
        for text in [Some(message), hint].into_iter().flatten() {
            let place = text.contains(['{', '}']) || text.contains("error-") || text.contains("cause-");
            assert!(!text.trim().is_empty() && !place, "{name} in {}: {text}", lang.tag());
            let cyrillic = text.chars().any(|c| matches!(c, '\u{400}'..='\u{4FF}'));
            assert!(cyrillic || lang == Lang::En, "{name} in {}: {text}", lang.tag());
        }
    }
}

#[test]
fn every_error_is_told_whole_in_every_language() {
    let filled = |error: CommandError, arguments: &[&str]| {
        arguments.iter().filter(|name| **name != "cause").fold(error, |error, name| error.detail(name, sample(name)))
    };
    let with_causes = |error: &dyn Fn() -> CommandError, arguments: &[&str]| {
        if !arguments.contains(&"cause") {
            return told_in_every_language(&filled(error(), arguments));
        }
        for cause in Cause::ALL {
            told_in_every_language(&filled(filled(error(), arguments), cause.arguments()).cause(*cause));
        }
    };
    for kind in OwnKind::ALL {
        with_causes(&|| CommandError::new(*kind), kind.arguments());
    }
    for kind in ErrorKind::ALL {
        with_causes(&|| ApiError::new(*kind, "in English").into(), kind.arguments());
    }
    for what in messages(Lang::En).keys().filter_map(|key| key.strip_prefix("what-")) {
        told_in_every_language(&ApiError::not_found(what, "abcd").into());
    }
}

/// Where a cause says what to do instead, that is said.
#[test]
fn every_error_says_what_to_do_next() {
    let english = messages(Lang::En);
    let kinds = OwnKind::ALL.iter().map(|kind| kind.name()).chain(ErrorKind::ALL.iter().map(|kind| kind.name()));
    // Whoever stopped it knows.
    let mute: Vec<&str> =
        kinds.filter(|kind| *kind != "interrupted" && !english.contains_key(&format!("hint-{kind}"))).collect();
    assert!(mute.is_empty(), "nothing to do next after {mute:?}");
}

#[test]
fn what_the_system_says_is_told_in_the_readers_language() {
    use std::io;
    for code in [2, 13, 17, 20, 21, 28, 30, 99, 110, 122] {
        let error = CommandError::new(OwnKind::File).detail("path", "/a").because(io::Error::from_raw_os_error(code));
        told_in_every_language(&error);
    }
    let words = Catalogue::load(Lang::Ru);
    let failed = CommandError::failed(io::Error::other("something in English"));
    assert!(!failed.message(&words).contains("English"), "{}", failed.message(&words));
}

/// `{ $name }` for a detail that nothing gave would be no sentence.
#[test]
fn a_detail_that_is_missing_leaves_no_brace() {
    let words = Catalogue::load(Lang::Kk);
    let message = CommandError::from(ApiError::new(ErrorKind::NotFound, "from an older program")).message(&words);
    assert!(!message.contains('{'), "{message}");
}

#[test]
fn every_command_and_every_argument_has_its_text() {
    fn check(command: &clap::Command, words: &Catalogue, path: &str) {
        assert!(words.has(&help::about_key(path)), "no text for the command {path}");
        for argument in command.get_arguments() {
            let keys = help::argument_keys(path, argument.get_id().as_str());
            assert!(keys.iter().any(|key| words.has(key)), "none of {keys:?}");
        }
        command.get_subcommands().for_each(|sub| check(sub, words, &help::below(path, sub.get_name())));
    }
    for lang in Lang::ALL {
        check(&Cli::command(), &Catalogue::load(lang), "");
    }
}

#[test]
fn the_arguments_given_are_the_arguments_used() {
    let (english, program) = (messages(Lang::En), program());
    for call in [".say(\"", ".remark(\""] {
        for said in program.split(call).skip(1) {
            let key = said.split('"').next().unwrap();
            let Some(list) = said.split_once("&[").filter(|(before, _)| before.len() < key.len() + 16) else {
                continue;
            };
            let list = list.1.split(']').next().unwrap();
            let given: BTreeSet<String> =
                list.split("(\"").skip(1).map(|name| name.split('"').next().unwrap().to_owned()).collect();
            assert_eq!(given, english[key], "the arguments of {key}");
        }
    }
}

#[test]
fn russian_counts_as_russians_do() {
    let words = Catalogue::load(Lang::Ru);
    let stored = |count: u64| words.say("carry-stored", &[("envelopes", count.into()), ("size", "1 B".into())]);
    assert_eq!(stored(1).trim(), "1 конверт, 1 B");
    assert_eq!(stored(3).trim(), "3 конверта, 1 B");
    assert_eq!(stored(11).trim(), "11 конвертов, 1 B");
    assert_eq!(stored(21).trim(), "21 конверт, 1 B");
}

#[test]
fn help_in_kazakh_has_no_word_of_claps() {
    let words = Catalogue::load(Lang::Kk);
    let mut command = help::localised(Cli::command(), &words);
    command.build();
    let mut text = command.render_long_help().to_string();
    for sub in command.get_subcommands_mut() {
        text.push_str(&sub.render_long_help().to_string());
    }
    for word in ["Usage", "Options:", "Commands:", "Arguments", "Print", "[default", "[possible", "[OPTIONS]"] {
        assert!(!text.contains(word), "{word} in:\n{text}");
    }
    assert!(text.contains("Қолданылуы: kenes"));
}

#[test]
fn the_locale_chooses_the_language() {
    assert_eq!(Lang::of_locale("kk_KZ.UTF-8"), Some(Lang::Kk));
    assert_eq!(Lang::of_locale("ru"), Some(Lang::Ru));
    assert_eq!(Lang::of_locale("C.UTF-8"), None);
}
