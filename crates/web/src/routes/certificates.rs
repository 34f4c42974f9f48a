//! Certificates, judged beside what this home knows.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use data_encoding::BASE64;
use kenes_core::certificate::LONGEST;
use kenes_desk::view;

use super::App;
use super::ask::Roomy;
use crate::api::{ApiError, AtHome, Certificate, ErrorKind, Held, Proof};

/// The most bytes of a body with the longest certificate in it.
const BODY: usize = LONGEST.div_ceil(3) * 4 + 1_024;

pub(super) async fn judge(
    State(app): State<Arc<App>>,
    Roomy(brought): Roomy<Certificate, BODY>,
) -> Result<Json<Proof>, ApiError> {
    let bytes = BASE64.decode(brought.certificate.as_bytes());
    let bytes = bytes.map_err(|_| ApiError::new(ErrorKind::BadRequest, "the certificate is no Base64"))?;
    let view::Judgement { proof, checkpoint, home } = app.desk()?.judge(&bytes, brought.held.map(Held::into)).await?;
    Ok(Json(Proof::of(proof, checkpoint, home.into())))
}

impl From<view::AtHome> for AtHome {
    fn from(home: view::AtHome) -> Self {
        match home {
            view::AtHome::Known => Self::Known,
            view::AtHome::Namesake => Self::Namesake,
            view::AtHome::Unknown => Self::Unknown,
        }
    }
}
