"""What `haihe bench` measures with: a temporary instance, synthetic residents, signed requests, wrk and nginx."""
