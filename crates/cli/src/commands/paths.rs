//! `kenes paths`: where everything lies.

use serde::Serialize;

use crate::error::CommandError;
use crate::run::Run;
use crate::settings::SYSTEM_CONFIG;

#[derive(Serialize)]
struct Paths {
    home: String,
    config: String,
    system_config: &'static str,
    store: String,
    keystore: String,
    socket: Option<String>,
    lock: String,
}

pub(crate) fn paths(run: &Run) -> Result<(), CommandError> {
    let home = &run.settings.home.value;
    let paths = Paths {
        home: home.root().display().to_string(),
        config: home.config_file().display().to_string(),
        system_config: SYSTEM_CONFIG,
        store: home.store().display().to_string(),
        keystore: home.keystore().display().to_string(),
        socket: home.socket().ok().map(|path| path.display().to_string()),
        lock: home.lock_file().display().to_string(),
    };
    run.screen.answer(&paths, |page| {
        page.pair("label-home", &paths.home);
        page.pair("label-config", &paths.config);
        page.pair("label-system-config", paths.system_config);
        page.pair("label-store", &paths.store);
        page.pair("label-keystore", &paths.keystore);
        if let Some(socket) = &paths.socket {
            page.pair("label-socket", socket);
        }
        page.pair("label-lock", &paths.lock);
    })
}
