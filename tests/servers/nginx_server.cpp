// SPDX-License-Identifier: Apache-2.0
#include "nginx_server.hpp"

#include "loopback.hpp"
#include "program.hpp"

#include <fstream>
#include <utility>

namespace larder::servers {
namespace {

// Returns a configuration that keeps everything nginx writes in its own directory and runs it as one process,
// which the test can end.
std::string around(const std::string& site) {
  std::string text =
      "daemon off;\n"
      "master_process off;\n"
      "pid nginx.pid;\n"
      "error_log stderr;\n"
      "events {}\n"
      "http {\n"
      "  access_log off;\n";
  for (const char* temporary : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
    text += "  " + std::string(temporary) + "_temp_path " + temporary + ";\n";
  return text + site + "}\n";
}

// Ignores the abort of a client, since exchange() of loopback.hpp shuts down its sending side but still reads
// the response.
std::string siteOf(const std::vector<std::uint16_t>& hosts, NginxServer::Upstream upstream,
                   std::uint16_t port) {
  const bool keeps = upstream == NginxServer::Upstream::keepsConnections;
  std::string text = "  upstream hosts {\n";
  for (const auto host : hosts) text += "    server 127.0.0.1:" + std::to_string(host) + " max_fails=0;\n";
  if (keeps) text += "    keepalive 1;\n";
  return text +
         "  }\n"
         "  server {\n"
         "    listen 127.0.0.1:" +
         std::to_string(port) +
         ";\n"
         "    location = /nginx { return 204; }\n"
         "    location / {\n"
         "      proxy_pass http://hosts;\n"
         "      proxy_set_header Host $http_host;\n"
         "      proxy_ignore_client_abort on;\n" +
         (keeps ? "      proxy_http_version 1.1;\n"
                  "      proxy_set_header Connection \"\";\n"
                  "      proxy_request_buffering off;\n"
                : "") +
         "      add_header X-Upstream $upstream_addr always;\n"
         "    }\n"
         "  }\n";
}

bool nginxAnswers(std::uint16_t port) {
  return askLoopback(port, "GET /nginx HTTP/1.1\r\nHost: nginx\r\nConnection: close\r\n\r\n",
                     std::chrono::milliseconds(500))
      .starts_with("HTTP/1.1 204");
}

}  // namespace

NginxServer::NginxServer(std::vector<std::uint16_t> hosts, Upstream upstream)
    : NginxServer([hosts = std::move(hosts), upstream](std::uint16_t port) {
        return siteOf(hosts, upstream, port);
      }) {}

NginxServer::NginxServer(const Site& site) : Server("nginx") {
  const std::string program = findProgram("nginx", "nginx");
  startFirst({.name = "nginx",
              .command =
                  [program, own_directory = directory().string(), site](std::uint16_t port) {
                    const auto file = own_directory + "/nginx.conf";
                    std::ofstream(file) << around(site(port));
                    return std::vector<std::string>{program, "-p", own_directory, "-c", file, "-e", "stderr"};
                  },
              .answers = nginxAnswers,
              .stopSignal = SIGKILL,
              .account = std::nullopt});
}

}  // namespace larder::servers
