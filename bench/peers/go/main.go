// SPDX-License-Identifier: Apache-2.0

// The same measurement as bench/peers/cpp/harness.hpp, of otter. Go has no prefetch, so a request's key may come from
// memory.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
)

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, "otter:", err)
		os.Exit(1)
	}
	return value
}

// field returns the nth number of a file of /proc.
func field(file string, n int) int64 {
	return must(strconv.ParseInt(strings.Fields(string(must(os.ReadFile(file))))[n], 10, 64))
}

func main() {
	if len(os.Args) != 8 {
		must(0, fmt.Errorf("usage: SEQUENCE KEYS CAPACITY VALUE_SIZE THREADS get|95|goi SECONDS"))
	}
	bytes := must(os.ReadFile(os.Args[1]))
	sequence := make([]uint32, len(bytes)/4)
	for i := range sequence {
		sequence[i] = binary.LittleEndian.Uint32(bytes[4*i:])
	}
	keys := make([]string, must(strconv.Atoi(os.Args[2])))
	for i := range keys {
		keys[i] = fmt.Sprintf("user:%015d", i) + strings.Repeat("x", i%21)
	}
	capacity := must(strconv.Atoi(os.Args[3]))
	value := []byte(strings.Repeat("v", must(strconv.Atoi(os.Args[4]))))
	threads := must(strconv.Atoi(os.Args[5]))
	mix := os.Args[6]
	seconds := must(strconv.ParseFloat(os.Args[7], 64))

	cache := must(otter.New(&otter.Options[string, []byte]{MaximumSize: capacity}))
	set := func(key string) { cache.Set(key, append([]byte(nil), value...)) }
	runtime.GC()
	before := field("/proc/self/statm", 1)
	for i := len(keys) - 1; i >= 0; i-- {
		set(keys[i])
	}
	runtime.GC()
	grown := (field("/proc/self/statm", 1) - before) * 4096

	begin := time.Now().Add(500 * time.Millisecond)
	end := begin.Add(time.Duration(seconds * float64(time.Second)))
	var operations, gets, hits, processor atomic.Int64
	var group sync.WaitGroup
	for thread := range threads {
		group.Add(1)
		go func() {
			defer group.Done()
			runtime.LockOSThread()
			next := len(sequence) / threads * thread
			sets := thread
			var done, asked, found, spent int64
			counting := false
			for {
				now := time.Now()
				if !now.Before(end) {
					break
				}
				if !counting && !now.Before(begin) {
					counting = true
					spent = field("/proc/thread-self/schedstat", 0)
					done, asked, found = 0, 0, 0
				}
				for range 256 {
					done++
					key := keys[sequence[next]]
					if next++; next == len(sequence) {
						next = 0
					}
					if mix == "95" {
						if sets++; sets%20 == 0 {
							set(key)
							continue
						}
					}
					asked++
					if _, ok := cache.GetIfPresent(key); ok {
						found++
					} else if mix == "goi" {
						set(key)
					}
				}
			}
			processor.Add(field("/proc/thread-self/schedstat", 0) - spent)
			operations.Add(done)
			gets.Add(asked)
			hits.Add(found)
		}()
	}
	group.Wait()
	done := float64(operations.Load())
	fmt.Printf("%.0f %.4f %d %.0f\n", done/seconds, float64(hits.Load())/float64(max(gets.Load(), 1)), grown,
		done*1e9/float64(max(processor.Load(), 1)))
}
