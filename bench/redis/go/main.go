// SPDX-License-Identifier: Apache-2.0

// One measurement of a Redis client in Go: operations a second on 1000 keys that are all there, as
// larder_bench_redis does it.
//
//	go rueidis|go-redis HOST:PORT CALLERS BYTES READS SECONDS
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/rueidis"
)

const keys = 1000

var ctx = context.Background()

// A client: each function fails with an error, also if the key is not there.
type client struct {
	get func(key string) error
	set func(key, value string) error
}

func open(name, server string, callers int) client {
	if name == "go-redis" {
		c := goredis.NewClient(&goredis.Options{Addr: server, PoolSize: callers}) // fewer would wait for one another
		return client{
			get: func(key string) error { return c.Get(ctx, key).Err() },
			set: func(key, value string) error { return c.Set(ctx, key, value, 0).Err() },
		}
	}
	c, err := rueidis.NewClient(rueidis.ClientOption{InitAddress: []string{server}, DisableCache: true})
	if err != nil {
		log.Fatal(err)
	}
	return client{
		get: func(key string) error { return c.Do(ctx, c.B().Get().Key(key).Build()).Error() },
		set: func(key, value string) error { return c.Do(ctx, c.B().Set().Key(key).Value(value).Build()).Error() },
	}
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	if len(os.Args) != 7 {
		log.Fatal("usage: go rueidis|go-redis HOST:PORT CALLERS BYTES READS SECONDS")
	}
	callers, size, reads := number(os.Args[3]), number(os.Args[4]), number(os.Args[5])
	seconds, err := strconv.ParseFloat(os.Args[6], 64)
	must(err)
	redis := open(os.Args[1], os.Args[2], callers)
	value := strings.Repeat("v", size)
	keyOf := func(number uint32) string { return "go" + strconv.Itoa(int(number)) }
	for key := uint32(0); key < keys; key++ {
		must(redis.set(keyOf(key), value))
	}

	var stop atomic.Bool
	var operations atomic.Uint64
	var group sync.WaitGroup
	begin := time.Now()
	for caller := 0; caller < callers; caller++ {
		group.Add(1)
		go func(number uint32) {
			defer group.Done()
			done := uint64(0)
			for ; !stop.Load(); number++ {
				key := keyOf(number * 2654435761 % keys)
				if int(number%100) >= reads {
					must(redis.set(key, value))
				} else {
					must(redis.get(key))
				}
				done++
			}
			operations.Add(done)
		}(uint32(caller) * 7919)
	}
	time.Sleep(time.Duration(seconds * float64(time.Second)))
	stop.Store(true)
	group.Wait()
	fmt.Printf("%.0f\n", float64(operations.Load())/time.Since(begin).Seconds())
}
