// SPDX-License-Identifier: Apache-2.0

//! GET /users served by actix-web and cached by moka: actix PORT FILE.

use actix_web::web::{get, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use larder_bench_peers::{arguments, Answers};

async fn users(request: HttpRequest, answers: Data<Answers>) -> HttpResponse {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    HttpResponse::Ok().content_type("application/json").body(answers.get(target))
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let (port, file) = arguments();
    let answers = Data::new(Answers::of(file));
    HttpServer::new(move || App::new().app_data(answers.clone()).route("/users", get().to(users)))
        .bind(("127.0.0.1", port))?
        .run()
        .await
}
