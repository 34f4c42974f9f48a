//! What a committee decides: confirmed by minutes, decided once across a split, and offered anew.

use serde_json::Value;

use crate::harness::{Home, Up, World, committee};

async fn up_together(homes: &[&Home]) -> Vec<Up> {
    let first = homes[0].up_unlocked(&[]).await;
    let address = first.address();
    let mut town = vec![first];
    for home in &homes[1..] {
        town.push(home.up_unlocked(&["--peer", &address]).await);
    }
    town
}

async fn end(town: Vec<Up>) {
    for up in town {
        up.stop().await;
    }
}

impl Up {
    /// Waits until the newest minutes here have this number.
    async fn until_minutes(&self, no: u32) {
        self.until(&format!("minutes No. {no}"), async |client| {
            let committees = client.committees().await;
            committees.is_ok_and(|found| found.committees.iter().any(|committee| committee.minutes_no == no))
        })
        .await;
    }

    /// Waits until a sheet may be signed here, and gives its id.
    async fn until_to_sign(&self) -> String {
        self.until("a sheet to sign", async |client| {
            let committees = client.committees().await;
            committees.is_ok_and(|found| found.committees.iter().any(|committee| committee.to_sign > 0))
        })
        .await;
        let open = self.home.does(&["minutes", "list", "--open"]).await;
        let sheets = open["minutes"].as_array().unwrap();
        let wanted = sheets.iter().find(|sheet| sheet["mine"] == false && sheet.get("obstacle").is_none());
        wanted.unwrap_or_else(|| panic!("nothing to sign in {open}"))["id"].as_str().unwrap().to_owned()
    }

    async fn signs(&self) -> Value {
        let sheet = self.until_to_sign().await;
        self.home.does(&["minutes", "sign", &sheet]).await
    }
}

/// A founder and others who vote, all their processes ended again.
async fn voters(world: &World, others: &[&str]) -> (Home, Vec<Home>) {
    let (first, others_homes) = committee(world, "a", others).await;
    let mut propose = vec!["minutes", "propose", "--admit"];
    propose.extend_from_slice(others);
    assert_eq!(first.does(&propose).await["status"], "adopted");
    let homes: Vec<&Home> = std::iter::once(&first).chain(&others_homes).collect();
    let town = up_together(&homes).await;
    for up in &town {
        up.until_minutes(1).await;
    }
    end(town).await;
    (first, others_homes)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_halves_decide_a_number_once_and_what_lost_is_offered_anew() {
    let world = World::new();
    let (a, others) = voters(&world, &["b", "c", "d", "e"]).await;
    let [b, c, d, e] = others.as_slice() else { panic!("four others") };
    assert!(a.says(&["committee", "show"]).await.contains("5 members, 5 vote"), "confirmed by minutes");

    // The chair's half has two of five: what is tabled there is not adopted.
    let west = up_together(&[&a, b]).await;
    let lost = a.does(&["minutes", "propose", "--policy", "retention=20"]).await;
    assert_eq!((&lost["status"], &lost["needed"]), (&"open".into(), &3.into()));
    let signed = west[1].signs().await;
    assert_eq!((&signed["status"], signed["signed"].as_array().unwrap().len()), (&"open".into(), 2));

    // In the other half D takes the chair with passes that desks give by themselves, and three sign.
    let east = up_together(&[c, d, e]).await;
    let asked = d.does(&["minutes", "propose", "--policy", "retention=10"]).await;
    assert_eq!((&asked["status"], &asked["round"]), (&"open".into(), &Value::Null));
    east[0].signs().await;
    let adopted = east[2].signs().await;
    assert_eq!((&adopted["status"], &adopted["id"]), (&"adopted".into(), &asked["id"]));

    // They meet: one No. 2 for all, and the old signatures are for nothing.
    e.does(&["peers", "add", &west[0].address()]).await;
    for up in west.iter().chain(&east) {
        up.until_minutes(2).await;
        assert_eq!(up.home.does(&["minutes", "show", "2"]).await["id"], asked["id"]);
    }
    let id = lost["id"].as_str().unwrap();
    assert_eq!(a.does(&["minutes", "show", id]).await["status"], "superseded");
    let refused = b.tries(&["minutes", "sign", id]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (1, "decided"));

    // D chairs now. A offers it anew, and it takes three new signatures.
    let anew = a.does(&["minutes", "propose", "--policy", "retention=20"]).await;
    assert_eq!((&anew["no"], &anew["round"]), (&3.into(), &Value::Null));
    let first = west[1].signs().await;
    assert_eq!((&first["id"], &first["status"]), (&anew["id"], &"open".into()));
    assert_eq!(east[1].signs().await["status"], "adopted");
    for up in west.iter().chain(&east) {
        up.until_minutes(3).await;
        assert_eq!(up.home.does(&["committee", "show"]).await["forks"], Value::Array(vec![]));
    }
    end(west).await;
    end(east).await;
}
