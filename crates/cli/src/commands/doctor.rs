//! `kenes doctor`: what each setting is and where it comes from, and whether all is well.

use serde::Serialize;

use crate::error::{CommandError, OwnKind};
use crate::render::{Page, Style};
use crate::run::Run;

#[derive(Serialize)]
struct Findings {
    settings: Vec<Finding>,
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct Finding {
    name: &'static str,
    value: String,
    origin: String,
}

#[derive(Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    detail: String,
}

pub(crate) async fn doctor(run: &Run) -> Result<(), CommandError> {
    let settings = &run.settings;
    let found = Findings {
        settings: vec![
            finding("home", settings.home.value.root().display(), &settings.home.origin),
            finding("lang", settings.lang.value.tag(), &settings.lang.origin),
            finding("color", format!("{:?}", settings.color.value).to_lowercase(), &settings.color.origin),
        ],
        checks: Vec::new(),
    };
    run.screen.answer(&found, |page| show(page, &found))?;
    if found.checks.iter().all(|check| check.ok) { Ok(()) } else { Err(CommandError::new(OwnKind::Unwell)) }
}

fn finding(name: &'static str, value: impl ToString, origin: &impl ToString) -> Finding {
    Finding { name, value: value.to_string(), origin: origin.to_string() }
}

fn show(page: &mut Page<'_>, found: &Findings) {
    let cells = |finding: &Finding| vec![finding.name.to_owned(), finding.value.clone(), finding.origin.clone()];
    page.table(&found.settings.iter().map(cells).collect::<Vec<_>>());
    page.gap();
    for check in &found.checks {
        let (style, mark) = if check.ok { (Style::Good, "+") } else { (Style::Alarm, "!") };
        page.line(style, &format!("{mark} {}: {}", page.words.text(&format!("check-{}", check.name)), check.detail));
    }
}
