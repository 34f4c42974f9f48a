//! The help texts: what clap prints, in the reader's language. Keys are `help-<command>` for a command, and
//! `arg-<command>-<argument>` for an argument of it, or `arg-<argument>` where it means the same everywhere.

use clap::{Arg, Command};

use crate::catalogue::Catalogue;

/// `command`, with every text from the catalogue.
pub(crate) fn localised(command: Command, words: &Catalogue) -> Command {
    translate(command, words, "").version(env!("CARGO_PKG_VERSION"))
}

fn translate(command: Command, words: &Catalogue, path: &str) -> Command {
    let about = words.text(&about_key(path));
    let template = format!("{{about}}\n\n{}: {{usage}}\n\n{{all-args}}", words.text("label-usage"));
    let usage = usage(&command, words, path);
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let arguments: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    let mut command = command
        .about(about)
        .help_template(template)
        .override_usage(usage)
        .subcommand_help_heading(words.text("label-commands"))
        .subcommand_value_name(words.text("label-command"));
    for id in arguments {
        command = command.mut_arg(&id, |arg| translate_argument(arg, words, path));
    }
    for name in names {
        let below = below(path, &name);
        command = command.mut_subcommand(&name, |sub| {
            translate(sub, words, &below).disable_help_flag(true).disable_help_subcommand(true)
        });
    }
    command
}

/// clap's own has English in it.
fn usage(command: &Command, words: &Catalogue, path: &str) -> String {
    let path = format!("kenes {}", path.replace('-', " "));
    let mut parts = vec![path.trim_end().to_owned(), format!("[{}]", words.text("label-option"))];
    for argument in command.get_positionals() {
        let name = argument.get_value_names().and_then(|names| names.first());
        let name = name.map(|name| value_name(name, words)).unwrap_or_default();
        parts.push(if argument.is_required_set() { format!("<{name}>") } else { format!("[{name}]") });
    }
    if command.has_subcommands() {
        let label = words.text("label-command");
        parts.push(if command.is_subcommand_required_set() { format!("<{label}>") } else { format!("[{label}]") });
    }
    parts.join(" ")
}

fn translate_argument(arg: Arg, words: &Catalogue, path: &str) -> Arg {
    let id = arg.get_id().to_string();
    let heading = if arg.is_positional() { "label-arguments" } else { "label-options" };
    let heading = words.text(heading);
    let text = argument_keys(path, &id).into_iter().find(|key| words.has(key)).map(|key| words.text(&key));
    let named: Vec<String> = arg.get_value_names().into_iter().flatten().map(|name| value_name(name, words)).collect();
    let arg = if named.is_empty() { arg } else { arg.value_names(named) };
    arg.help(text.unwrap_or_default()).help_heading(heading)
}

/// What stands for a value: a word of the reader's language, or what is the same in all of them.
fn value_name(name: &str, words: &Catalogue) -> String {
    let key = value_key(name);
    if words.has(&key) { words.text(&key) } else { name.to_owned() }
}

pub(crate) fn value_key(name: &str) -> String {
    format!("value-{}", name.to_lowercase())
}

pub(crate) fn about_key(path: &str) -> String {
    if path.is_empty() { "help-kenes".to_owned() } else { format!("help-{path}") }
}

/// Where the text of an argument may be, most particular first.
pub(crate) fn argument_keys(path: &str, id: &str) -> [String; 2] {
    let id = id.replace('_', "-");
    [format!("arg-{path}-{id}"), format!("arg-{id}")]
}

pub(crate) fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}-{name}") }
}
