// SPDX-License-Identifier: Apache-2.0

//! GET /users served by axum and cached by moka: axum PORT FILE.

use axum::extract::State;
use axum::http::{header::CONTENT_TYPE, Uri};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::Router;
use larder_bench_peers::{arguments, Answers};
use tokio::net::TcpListener;

async fn users(State(answers): State<Answers>, uri: Uri) -> impl IntoResponse {
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    ([(CONTENT_TYPE, "application/json")], answers.get(target))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let (port, file) = arguments();
    let app = Router::new().route("/users", get(users)).with_state(Answers::of(file));
    axum::serve(TcpListener::bind(("127.0.0.1", port)).await?, app).await
}
