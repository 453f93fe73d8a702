// SPDX-License-Identifier: Apache-2.0
#include "openapi/descriptions.hpp"

namespace larder::host {

std::vector<OperationDescription> operationDescriptions() {
  return {
      {"GET /users", R"({
        "summary": "A page of users, ordered by id",
        "parameters": [
          {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}},
          {"name": "offset", "in": "query", "schema": {"type": "integer", "format": "int64", "minimum": 0, "default": 0}}],
        "responses": {
          "200": {"description": "The page of users", "content": {"application/json": {"schema":
            {"type": "array", "items": {"$ref": "#/components/schemas/User"}}}}},
          "304": {"description": "Not modified since the version named in If-None-Match"},
          "400": {"$ref": "#/components/responses/Problem"},
          "503": {"$ref": "#/components/responses/Problem"},
          "504": {"$ref": "#/components/responses/Problem"}}})"},
      {"POST /users", R"({
        "summary": "Creates a user; with a password, the user can log in",
        "requestBody": {"$ref": "#/components/requestBodies/Registration"},
        "responses": {
          "201": {"description": "Created; see Location",
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}}},
          "400": {"$ref": "#/components/responses/Problem"},
          "409": {"$ref": "#/components/responses/Problem"},
          "413": {"$ref": "#/components/responses/Problem"},
          "415": {"$ref": "#/components/responses/Problem"},
          "422": {"$ref": "#/components/responses/Problem"},
          "429": {"$ref": "#/components/responses/Problem"},
          "503": {"$ref": "#/components/responses/Problem"}}})"},
      {"GET /users/{id}", R"({
        "summary": "Returns one user",
        "parameters": [{"$ref": "#/components/parameters/id"}],
        "responses": {
          "200": {"description": "The user",
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}}},
          "304": {"description": "Not modified since the version named in If-None-Match"},
          "404": {"$ref": "#/components/responses/Problem"},
          "503": {"$ref": "#/components/responses/Problem"},
          "504": {"$ref": "#/components/responses/Problem"}}})"},
      {"PUT /users/{id}", R"({
        "summary": "Replaces a user's name and email",
        "parameters": [{"$ref": "#/components/parameters/id"}],
        "requestBody": {"$ref": "#/components/requestBodies/NewUser"},
        "responses": {
          "200": {"description": "The updated user",
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}}},
          "400": {"$ref": "#/components/responses/Problem"},
          "404": {"$ref": "#/components/responses/Problem"},
          "409": {"$ref": "#/components/responses/Problem"},
          "413": {"$ref": "#/components/responses/Problem"},
          "415": {"$ref": "#/components/responses/Problem"},
          "422": {"$ref": "#/components/responses/Problem"},
          "503": {"$ref": "#/components/responses/Problem"}}})"},
      {"PATCH /users/{id}", R"({
        "summary": "Changes a user's name, email or both, by a merge patch of RFC 7396",
        "parameters": [{"$ref": "#/components/parameters/id"}],
        "requestBody": {"required": true, "content": {"application/json": {"schema":
          {"$ref": "#/components/schemas/UserChange"}}}},
        "responses": {
          "200": {"description": "The updated user",
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}}},
          "400": {"$ref": "#/components/responses/Problem"},
          "404": {"$ref": "#/components/responses/Problem"},
          "409": {"$ref": "#/components/responses/Problem"},
          "413": {"$ref": "#/components/responses/Problem"},
          "415": {"$ref": "#/components/responses/Problem"},
          "422": {"$ref": "#/components/responses/Problem"},
          "503": {"$ref": "#/components/responses/Problem"}}})"},
      {"DELETE /users/{id}", R"({
        "summary": "Removes a user and ends the user's sessions",
        "parameters": [{"$ref": "#/components/parameters/id"}],
        "responses": {
          "204": {"description": "Removed"},
          "404": {"$ref": "#/components/responses/Problem"},
          "503": {"$ref": "#/components/responses/Problem"}}})"},
      {"DELETE /users/{id}/sessions", R"({
        "summary": "Ends all sessions of the requesting user",
        "parameters": [{"$ref": "#/components/parameters/id"}],
        "responses": {
          "204": {"description": "Ended"},
          "401": {"$ref": "#/components/responses/Problem"},
          "403": {"$ref": "#/components/responses/Problem"},
          "503": {"$ref": "#/components/responses/Problem"}}})"},
      {"POST /sessions", R"({
        "summary": "Logs in; the response sets the session cookie",
        "requestBody": {"required": true, "content": {"application/json": {"schema":
          {"type": "object", "required": ["email", "password"], "additionalProperties": false, "properties": {
            "email": {"type": "string"}, "password": {"type": "string"}}}}}},
        "responses": {
          "201": {"description": "Logged in",
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}}},
          "400": {"$ref": "#/components/responses/Problem"},
          "401": {"$ref": "#/components/responses/Problem"},
          "403": {"$ref": "#/components/responses/Problem"},
          "415": {"$ref": "#/components/responses/Problem"},
          "429": {"$ref": "#/components/responses/Problem"},
          "503": {"$ref": "#/components/responses/Problem"}}})"},
      {"GET /sessions/current", R"({
        "summary": "Returns the user who is logged in and the session's data",
        "responses": {
          "200": {"description": "The session",
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Session"}}}},
          "503": {"$ref": "#/components/responses/Problem"}}})"},
      {"PATCH /sessions/current", R"({
        "summary": "Merges the object into the session's data as a merge patch of RFC 7396; null removes a member",
        "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": {
          "200": {"description": "The updated session",
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Session"}}}},
          "400": {"$ref": "#/components/responses/Problem"},
          "403": {"$ref": "#/components/responses/Problem"},
          "409": {"$ref": "#/components/responses/Problem"},
          "413": {"$ref": "#/components/responses/Problem"},
          "415": {"$ref": "#/components/responses/Problem"},
          "503": {"$ref": "#/components/responses/Problem"}}})"},
      {"DELETE /sessions/current", R"({
        "summary": "Logs out",
        "responses": {
          "204": {"description": "The session has ended"},
          "403": {"$ref": "#/components/responses/Problem"},
          "503": {"$ref": "#/components/responses/Problem"}}})"},
      {"GET /", R"({
        "summary": "A page to try the endpoints",
        "responses": {"200": {"description": "The page",
                              "content": {"text/html": {"schema": {"type": "string"}}}}}})"},
      {"GET /page.css", R"({
        "summary": "The style sheet of the pages",
        "responses": {"200": {"description": "The style sheet",
                              "content": {"text/css": {"schema": {"type": "string"}}}}}})"},
      {"GET /icon.svg", R"({
        "summary": "The icon of the pages",
        "responses": {"200": {"description": "The icon",
                              "content": {"image/svg+xml": {"schema": {"type": "string"}}}}}})"},
      {"GET /welcome.js", R"({
        "summary": "The script of the page for the endpoints",
        "responses": {"200": {"description": "The script",
                              "content": {"text/javascript": {"schema": {"type": "string"}}}}}})"},
      {"GET /demo", R"({
        "summary": "A page that demonstrates sessions",
        "responses": {"200": {"description": "The page",
                              "content": {"text/html": {"schema": {"type": "string"}}}}}})"},
      {"GET /demo.js", R"({
        "summary": "The script of that page",
        "responses": {"200": {"description": "The script",
                              "content": {"text/javascript": {"schema": {"type": "string"}}}}}})"},
      {"GET /healthz", R"({
        "summary": "The health of the host's backend",
        "responses": {"200": {"description": "The process is alive",
                              "content": {"application/json": {"schema": {"type": "object"}}}}}})"},
      {"GET /metrics", R"({
        "summary": "Metrics in the Prometheus text format",
        "responses": {"200": {"description": "The metrics",
                              "content": {"text/plain": {"schema": {"type": "string"}}}}}})"},
      {"GET /openapi.json", R"({
        "summary": "This document",
        "responses": {"200": {"description": "The document",
                              "content": {"application/json": {"schema": {"type": "object"}}}}}})"},
  };
}

std::string_view describedComponents() {
  return R"({
    "schemas": {
      "NewUser": {"type": "object", "required": ["name", "email"], "additionalProperties": false, "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\u0000-\\u0020\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"},
        "email": {"type": "string", "format": "email", "maxLength": 254}}},
      "Registration": {"type": "object", "required": ["name", "email"], "additionalProperties": false, "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\u0000-\\u0020\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"},
        "email": {"type": "string", "format": "email", "maxLength": 254},
        "password": {"type": "string", "minLength": 8, "maxLength": 1024}}},
      "UserChange": {"type": "object", "additionalProperties": false, "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\u0000-\\u0020\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"},
        "email": {"type": "string", "format": "email", "maxLength": 254}}},
      "Session": {"type": "object", "required": ["user", "data"], "properties": {
        "user": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/User"}]}, "data": {"type": "object"}}},
      "User": {"type": "object", "required": ["id", "name", "email"], "properties": {
        "id": {"type": "integer", "format": "int64"}, "name": {"type": "string"}, "email": {"type": "string"}}},
      "Problem": {"type": "object", "required": ["type", "title", "status"], "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string"}}}},
    "parameters": {
      "id": {"name": "id", "in": "path", "required": true,
             "schema": {"type": "integer", "format": "int64", "minimum": 1}}},
    "requestBodies": {
      "NewUser": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewUser"}}}},
      "Registration": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Registration"}}}}},
    "responses": {
      "Problem": {"description": "Problem details of RFC 9457",
         "content" : {
    "application/problem+json" : {
      "schema" : { "$ref" : "#/components/schemas/Problem" }
    }
  }
}
}
})";
}

}  // namespace larder::host
