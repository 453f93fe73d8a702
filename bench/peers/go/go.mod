module larder/bench/peers

go 1.24

require github.com/maypok86/otter/v2 v2.2.1

require golang.org/x/sys v0.34.0 // indirect
