//! `kenes demo`: a whole story on this machine, told as it happens.
//!
//! Everybody in it is a real `kenes` process in a temporary home on the loopback interface, with a port that the system
//! chooses. Nothing outlives the story: homes are removed and processes ended, whichever way it goes.

mod child;
mod informer;
mod person;
mod proof;
mod search;
mod story;

pub(crate) use child::has_teller;

use std::time::Duration;

use serde::Serialize;

use crate::error::{CommandError, OwnKind};
use crate::render::Style;
use crate::run::Run;

/// How long the story may take in all. It takes a few seconds on an idle machine.
const LONGEST: Duration = Duration::from_secs(180);

pub(crate) async fn demo(run: &Run) -> Result<(), CommandError> {
    let teller = Teller { run };
    let folder = tempfile::Builder::new().prefix("kenes-").tempdir().map_err(CommandError::failed)?;
    let told = match tokio::time::timeout(LONGEST, story::tell(&teller, folder.path())).await {
        Ok(told) => told,
        Err(_) => Err(Broken::new("demo-too-long", "no end in time")),
    };
    folder.close().map_err(CommandError::failed)?;
    told.map_err(|broken| {
        let step = run.screen.words.text(broken.step);
        CommandError::new(OwnKind::StoryBroke).detail("step", step).unforeseen(broken.cause)
    })
}

/// A step that did not hold.
struct Broken {
    /// The key of the sentence that names the step.
    step: &'static str,
    cause: String,
}

impl Broken {
    fn new(step: &'static str, cause: impl ToString) -> Self {
        Self { step, cause: cause.to_string() }
    }
}

/// Says what happens.
struct Teller<'a> {
    run: &'a Run,
}

#[derive(Serialize)]
struct Sentence<'a> {
    step: &'a str,
    text: String,
}

impl Teller<'_> {
    fn tell(&self, step: &'static str, arguments: &[(&str, &str)]) -> Result<(), Broken> {
        self.tell_in(Style::Plain, step, arguments)
    }

    fn tell_in(&self, style: Style, step: &'static str, arguments: &[(&str, &str)]) -> Result<(), Broken> {
        let arguments: Vec<_> = arguments.iter().map(|(name, value)| (*name, (*value).into())).collect();
        let text = self.run.screen.words.say(step, &arguments);
        let sentence = Sentence { step, text };
        let told = self.run.screen.answer_one_of_many(&sentence, |page| page.line(style, &sentence.text));
        told.map_err(|_| Broken::new(step, "nobody listens"))
    }

    /// A bulletin, as it was read.
    fn quote(&self, author: &str, text: &str) -> Result<(), Broken> {
        self.tell_in(Style::Faint, "demo-quote", &[("author", author), ("text", text)])
    }
}
