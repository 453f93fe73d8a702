// SPDX-License-Identifier: Apache-2.0

// GET /users served by net/http and cached by ristretto: peer PORT FILE, where FILE holds the answer.
package main

import (
	"log"
	"net/http"
	"os"
	"time"

	"github.com/dgraph-io/ristretto/v2"
)

func main() {
	port, file := os.Args[1], os.Args[2]
	cache, err := ristretto.NewCache(&ristretto.Config[string, []byte]{
		NumCounters: 100_000,
		MaxCost:     64 << 20,
		BufferItems: 64,
	})
	if err != nil {
		log.Fatal(err)
	}

	http.HandleFunc("GET /users", func(w http.ResponseWriter, r *http.Request) {
		key := r.URL.RequestURI()
		body, found := cache.Get(key)
		if !found {
			fresh, err := os.ReadFile(file)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			body = fresh
			cache.SetWithTTL(key, body, int64(len(body)), time.Hour)
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(body)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, nil))
}
