// SPDX-License-Identifier: Apache-2.0

// Measures gomemcache as larder_bench_memcached measures the other clients: operations per second on 1000 stored
// keys.
//
//	go HOST:PORT CALLERS BYTES READS SECONDS
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
)

const keys = 1000

func number(text string) int {
	value, err := strconv.Atoi(text)
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func keyOf(number uint32) string { return "go" + strconv.Itoa(int(number)) }

func main() {
	if len(os.Args) != 6 {
		log.Fatal("usage: go HOST:PORT CALLERS BYTES READS SECONDS")
	}
	callers, size, reads := number(os.Args[2]), number(os.Args[3]), number(os.Args[4])
	seconds, err := strconv.ParseFloat(os.Args[5], 64)
	if err != nil {
		log.Fatal(err)
	}
	client := memcache.New(os.Args[1])
	client.Timeout = 5 * time.Second
	client.MaxIdleConns = callers // with fewer, callers would reconnect constantly
	value := make([]byte, size)
	set := func(key uint32) {
		if err := client.Set(&memcache.Item{Key: keyOf(key), Value: value}); err != nil {
			log.Fatal(err)
		}
	}
	for key := uint32(0); key < keys; key++ {
		set(key)
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
				key := number * 2654435761 % keys
				if int(number%100) >= reads {
					set(key)
				} else if _, err := client.Get(keyOf(key)); err != nil {
					log.Fatal(err)
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
